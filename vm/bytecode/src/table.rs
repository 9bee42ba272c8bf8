//! The instruction table: the one place where an instruction is declared.
//!
//! A row reads `/// documentation`, then `Name constructor (field: Kind, ...) word`, where
//!
//! * `field` is `a`, `b`, `c` (16 bits each), `bc` (`b` and `c` as one 32-bit number), `bi` or `ci` (`b` or `c` as a
//!   signed 16-bit number);
//! * `Kind` is a variant of [`OperandKind`](crate::OperandKind): what the field means, and for registers, whether
//!   the instruction reads, writes or consumes them;
//! * `word` is a variant of [`ExtraWord`](crate::ExtraWord): what the word that follows holds, if there is one.
//!
//! `for_each_instruction!(m)` hands the whole table to the macro `m`; the enum, the constructors, the metadata and the
//! disassembler are made that way, and an interpreter can make its dispatch that way too.

/// Calls the macro named by the argument with the instruction table (see the module documentation for the rows).
#[macro_export]
macro_rules! for_each_instruction {
    ($each:ident) => {
        $each! {
            // ---- moves ----
            /// Does nothing.
            Nop nop () None;
            /// `a = consts[bc]`
            LoadConst load_const (a: Dst, bc: Const) None;
            /// `a = bc`, a small int.
            LoadInt load_int (a: Dst, bc: Imm) None;
            /// `a =` the singleton `b` (see [`Singleton`](crate::Singleton)).
            LoadSingleton load_singleton (a: Dst, b: Kind) None;
            /// `a = b`, a copy.
            Move move_ (a: Dst, b: Src) None;
            /// `a = b`, and `b` becomes unbound.
            Take take (a: Dst, b: Consume) None;
            /// `a` becomes unbound; what it held is released. An unbound `a` is allowed.
            Drop drop_ (a: Clear) None;
            /// Raises `UnboundLocalError` naming `names[bc]` if `a` is unbound.
            CheckLocal check_local (a: Check, bc: Name) None;
            /// `del` of a local variable: like `Drop`, but raises `UnboundLocalError` if it is unbound already.
            DeleteLocal delete_local (a: DeleteLocal, bc: Name) None;

            // ---- cells and closures ----
            /// Wraps what `a` holds (perhaps nothing) into a new cell and puts the cell into `a`.
            MakeCell make_cell (a: MakeCell) None;
            /// `a =` content of the cell in register `b`; raises `UnboundLocalError` naming `names[c]` if it is empty.
            LoadCell load_cell (a: Dst, b: Src, c: Name) None;
            /// Stores `b` into the cell in register `a`.
            StoreCell store_cell (a: Src, b: Src) None;
            /// Empties the cell in register `a`; raises `UnboundLocalError` naming `names[bc]` if it is empty already.
            DeleteCell delete_cell (a: Src, bc: Name) None;
            /// `a =` content of the closure's cell `b`; raises `NameError` naming `freevars[b]` if it is empty.
            LoadFree load_free (a: Dst, b: Free) None;
            /// Stores `a` into the closure's cell `b`.
            StoreFree store_free (a: Src, b: Free) None;
            /// Empties the closure's cell `b`; raises `NameError` if it is empty already.
            DeleteFree delete_free (b: Free) None;
            /// `a =` the closure's cell `b` itself, for passing on to a nested function.
            LoadClosureCell load_closure_cell (a: Dst, b: Free) None;
            /// In a class body: `a =` the namespace's `names[c]`, or else the content of the closure's cell `b`.
            LoadClassFree load_class_free (a: Dst, b: Free, c: Name) None;
            /// `a = b[names[c]]` if the mapping `b` has it, else the global or builtin of that name.
            LoadFromDictOrGlobals load_from_dict_or_globals (a: Dst, b: Src, c: Name) None;
            /// `a =` the mapping `b`'s item of the name `freevars[c]`, or else the content of the closure's cell `c`.
            LoadFromDictOrFree load_from_dict_or_free (a: Dst, b: Src, c: Free) None;

            // ---- names ----
            /// `a =` global or builtin `names[bc]`; `NameError` if there is none.
            LoadGlobal load_global (a: Dst, bc: Name) Cache;
            /// Stores `a` as global `names[bc]`.
            StoreGlobal store_global (a: Src, bc: Name) Cache;
            /// Deletes the global `names[bc]`.
            DeleteGlobal delete_global (bc: Name) None;
            /// `a =` `names[bc]` from the frame's namespace, its globals or the builtins.
            LoadName load_name (a: Dst, bc: Name) Cache;
            /// Stores `a` as `names[bc]` in the frame's namespace.
            StoreName store_name (a: Src, bc: Name) None;
            /// Deletes `names[bc]` from the frame's namespace.
            DeleteName delete_name (bc: Name) None;
            /// `a =` the frame's namespace (class bodies).
            LoadLocals load_locals (a: Dst) None;
            /// `a = __build_class__`
            LoadBuildClass load_build_class (a: Dst) None;
            /// `a =` a builtin that no rebinding can replace (see [`CommonConst`](crate::CommonConst)).
            LoadCommonConst load_common_const (a: Dst, b: Kind) None;
            /// Makes sure that the namespace has `__annotations__`.
            SetupAnnotations setup_annotations () None;

            // ---- attributes ----
            /// `a = b.names[c]`
            LoadAttr load_attr (a: Dst, b: Src, c: Name) Cache;
            /// `a.names[c] = b`
            StoreAttr store_attr (a: Src, b: Src, c: Name) Cache;
            /// `del a.names[c]`
            DeleteAttr delete_attr (a: Src, c: Name) None;
            /// For a call of `b.names[c]`: `a` = the function and `a + 1` = self, or `a` = the bound attribute and
            /// `a + 1` unbound.
            LoadMethod load_method (a: Out2, b: Src, c: Name) Cache;
            /// `a = super.names[c]`; registers `b..b+3` = `[super, class, self]` are consumed.
            LoadSuperAttr load_super_attr (a: Dst, b: In3, c: Name) Cache;
            /// As `LoadSuperAttr`, with the two results of `LoadMethod`.
            LoadSuperMethod load_super_method (a: Out2, b: In3, c: Name) Cache;
            /// As `LoadMethod`, for the special method `c` looked up on the type (see
            /// [`SpecialMethod`](crate::SpecialMethod)).
            LoadSpecial load_special (a: Out2, b: Src, c: Kind) None;

            // ---- arithmetic; the flag INPLACE marks augmented assignment ----
            /// `a = b + c`
            Add add (a: Dst, b: Src, c: Src) None;
            /// `a = b - c`
            Sub sub (a: Dst, b: Src, c: Src) None;
            /// `a = b * c`
            Mul mul (a: Dst, b: Src, c: Src) None;
            /// `a = b / c`
            TrueDiv true_div (a: Dst, b: Src, c: Src) None;
            /// `a = b // c`
            FloorDiv floor_div (a: Dst, b: Src, c: Src) None;
            /// `a = b % c`
            Mod mod_ (a: Dst, b: Src, c: Src) None;
            /// `a = b ** c`
            Pow pow (a: Dst, b: Src, c: Src) None;
            /// `a = b << c`
            LShift lshift (a: Dst, b: Src, c: Src) None;
            /// `a = b >> c`
            RShift rshift (a: Dst, b: Src, c: Src) None;
            /// `a = b & c`
            And and (a: Dst, b: Src, c: Src) None;
            /// `a = b | c`
            Or or (a: Dst, b: Src, c: Src) None;
            /// `a = b ^ c`
            Xor xor (a: Dst, b: Src, c: Src) None;
            /// `a = b @ c`
            MatMul mat_mul (a: Dst, b: Src, c: Src) None;
            /// `a = b + c`, `c` an immediate int.
            AddInt add_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b - c`, `c` an immediate int.
            SubInt sub_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b * c`, `c` an immediate int.
            MulInt mul_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b // c`, `c` an immediate int.
            FloorDivInt floor_div_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b % c`, `c` an immediate int.
            ModInt mod_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b & c`, `c` an immediate int.
            AndInt and_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b << c`, `c` an immediate int.
            LShiftInt lshift_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = b >> c`, `c` an immediate int.
            RShiftInt rshift_int (a: Dst, b: Src, ci: Imm) None;
            /// `a = -b`
            Neg neg (a: Dst, b: Src) None;
            /// `a = +b`
            Pos pos (a: Dst, b: Src) None;
            /// `a = ~b`
            Invert invert (a: Dst, b: Src) None;
            /// `a = not b`
            Not not (a: Dst, b: Src) None;
            /// `a = bool(b)`
            ToBool to_bool (a: Dst, b: Src) None;

            // ---- comparison ----
            /// `a = b < c`
            Lt lt (a: Dst, b: Src, c: Src) None;
            /// `a = b <= c`
            Le le (a: Dst, b: Src, c: Src) None;
            /// `a = b == c`
            Eq eq (a: Dst, b: Src, c: Src) None;
            /// `a = b != c`
            Ne ne (a: Dst, b: Src, c: Src) None;
            /// `a = b > c`
            Gt gt (a: Dst, b: Src, c: Src) None;
            /// `a = b >= c`
            Ge ge (a: Dst, b: Src, c: Src) None;
            /// `a = b is c`
            Is is (a: Dst, b: Src, c: Src) None;
            /// `a = b is not c`
            IsNot is_not (a: Dst, b: Src, c: Src) None;
            /// `a = b in c`
            In in_ (a: Dst, b: Src, c: Src) None;
            /// `a = b not in c`
            NotIn not_in (a: Dst, b: Src, c: Src) None;

            // ---- branches: a conditional branch with a negative offset polls like JumpBack when it is taken ----
            /// Jumps forward.
            Jump jump (bc: Rel) None;
            /// Jumps backward, and polls.
            JumpBack jump_back (bc: Rel) None;
            /// Jumps if `a` is true.
            JumpIfTrue jump_if_true (a: Src, bc: Rel) None;
            /// Jumps if `a` is false.
            JumpIfFalse jump_if_false (a: Src, bc: Rel) None;
            /// Jumps if `a is None`.
            JumpIfNone jump_if_none (a: Src, bc: Rel) None;
            /// Jumps if `a is not None`.
            JumpIfNotNone jump_if_not_none (a: Src, bc: Rel) None;
            /// Jumps if `a < b` is true.
            JumpIfLt jump_if_lt (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a <= b` is true.
            JumpIfLe jump_if_le (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a > b` is true.
            JumpIfGt jump_if_gt (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a >= b` is true.
            JumpIfGe jump_if_ge (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a == b` is true.
            JumpIfEq jump_if_eq (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a != b` is true.
            JumpIfNe jump_if_ne (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a < b` is false.
            JumpIfNotLt jump_if_not_lt (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a <= b` is false.
            JumpIfNotLe jump_if_not_le (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a > b` is false.
            JumpIfNotGt jump_if_not_gt (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a >= b` is false.
            JumpIfNotGe jump_if_not_ge (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a == b` is false.
            JumpIfNotEq jump_if_not_eq (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a != b` is false.
            JumpIfNotNe jump_if_not_ne (a: Src, b: Src, ci: Rel) None;
            /// Jumps if `a < b` is true, `b` an immediate int.
            JumpIfLtInt jump_if_lt_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a <= b` is true, `b` an immediate int.
            JumpIfLeInt jump_if_le_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a > b` is true, `b` an immediate int.
            JumpIfGtInt jump_if_gt_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a >= b` is true, `b` an immediate int.
            JumpIfGeInt jump_if_ge_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a == b` is true, `b` an immediate int.
            JumpIfEqInt jump_if_eq_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a != b` is true, `b` an immediate int.
            JumpIfNeInt jump_if_ne_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a < b` is false, `b` an immediate int.
            JumpIfNotLtInt jump_if_not_lt_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a <= b` is false, `b` an immediate int.
            JumpIfNotLeInt jump_if_not_le_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a > b` is false, `b` an immediate int.
            JumpIfNotGtInt jump_if_not_gt_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a >= b` is false, `b` an immediate int.
            JumpIfNotGeInt jump_if_not_ge_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a == b` is false, `b` an immediate int.
            JumpIfNotEqInt jump_if_not_eq_int (a: Src, bi: Imm, ci: Rel) None;
            /// Jumps if `a != b` is false, `b` an immediate int.
            JumpIfNotNeInt jump_if_not_ne_int (a: Src, bi: Imm, ci: Rel) None;

            // ---- containers; ranges of registers are consumed ----
            /// `a = (b, ..)`, `c` items.
            BuildTuple build_tuple (a: Dst, b: InC, c: Count) None;
            /// `a = [b, ..]`, `c` items.
            BuildList build_list (a: Dst, b: InC, c: Count) None;
            /// `a = {b, ..}`, `c` items.
            BuildSet build_set (a: Dst, b: InC, c: Count) None;
            /// `a = {b: b+1, ..}`, `c` pairs.
            BuildMap build_map (a: Dst, b: InPairs, c: Count) None;
            /// `a =` the `c` strings from `b`, joined.
            BuildString build_string (a: Dst, b: InC, c: Count) None;
            /// `a = slice(b, b+1[, b+2])`, `c` = 2 or 3 parts.
            BuildSlice build_slice (a: Dst, b: InC, c: Count) None;
            /// Appends `b` to the list `a`.
            ListAppend list_append (a: Src, b: Src) None;
            /// Extends the list `a` by the iterable `b`.
            ListExtend list_extend (a: Src, b: Src) None;
            /// `a = tuple(b)`, `b` a list.
            ListToTuple list_to_tuple (a: Dst, b: Src) None;
            /// Adds `b` to the set `a`.
            SetAdd set_add (a: Src, b: Src) None;
            /// Adds the items of the iterable `b` to the set `a`.
            SetUpdate set_update (a: Src, b: Src) None;
            /// `a[b] = c`, `a` a dict.
            MapInsert map_insert (a: Src, b: Src, c: Src) None;
            /// Updates the dict `a` from the mapping `b` (a `**` item of a dict display).
            DictUpdate dict_update (a: Src, b: Src) None;
            /// As `DictUpdate`, but a key that is there already is an error; `c` is the callable that the error names.
            DictMerge dict_merge (a: Src, b: Src, c: Peek) None;
            /// Unpacks `b` into exactly the `c` registers from `a` on.
            UnpackSequence unpack_sequence (a: OutC, b: Src, c: Count) None;
            /// Unpacks `b` into `before` registers, a list, and `after` registers, from `a` on; `c = before | after << 8`.
            UnpackEx unpack_ex (a: OutEx, b: Src, c: Count) None;
            /// `a = b[c]`
            LoadSubscr load_subscr (a: Dst, b: Src, c: Src) Cache;
            /// `a = b[c]`, `c` an immediate int.
            LoadSubscrInt load_subscr_int (a: Dst, b: Src, ci: Imm) Cache;
            /// `a[b] = c`
            StoreSubscr store_subscr (a: Src, b: Src, c: Src) None;
            /// `del a[b]`
            DeleteSubscr delete_subscr (a: Src, b: Src) None;
            /// `a = b[c : c+1]`; the two registers from `c` on are consumed.
            LoadSlice load_slice (a: Dst, b: Src, c: In2) None;
            /// `a[b : b+1] = c`; the two registers from `b` on are consumed.
            StoreSlice store_slice (a: Src, b: In2, c: Src) None;

            // ---- iteration, generators, coroutines ----
            /// `a = iter(b)`
            GetIter get_iter (a: Dst, b: Src) None;
            /// `a = next(b)`; when there is none left, `b` is dropped and control jumps by the word's offset.
            ForIter for_iter (a: Dst, b: Iter) Rel;
            /// Suspends, giving `b` to the consumer; `a` = the value sent. `c` is the register of the receiver while
            /// this yield is part of a delegation loop, else [`NO_REGISTER`](crate::NO_REGISTER).
            Yield yield_ (a: Dst, b: Src, c: Receiver) None;
            /// `a =` the iterator that `yield from b` delegates to.
            GetYieldFromIter get_yield_from_iter (a: Dst, b: Src) None;
            /// `a =` the iterator of the awaitable `b`; `c` says whose result `b` is (0 an expression's, 1
            /// `__aenter__`'s, 2 `__aexit__`'s), for the error text.
            GetAwaitable get_awaitable (a: Dst, b: Src, c: Kind) None;
            /// Resumes the receiver `b` with `c`. If it yields, `a` = the value. If it returns, `a` = its result, `b` is
            /// dropped and control jumps by the word's offset.
            Send send (a: Dst, b: Iter, c: Src) Rel;
            /// `a = b.__aiter__()`
            GetAiter get_aiter (a: Dst, b: Src) None;
            /// `a =` the awaitable's iterator of `b.__anext__()`; `b` stays.
            GetAnext get_anext (a: Dst, b: Src) None;
            /// `a`, an exception, is dropped if it is `StopAsyncIteration`, else raised again. `a` is consumed.
            EndAsyncFor end_async_for (a: Consume) None;

            // ---- calls ----
            /// `a = b(b+1, ..)`, `c` arguments.
            Call call (a: Dst, b: InC1, c: Count) Cache;
            /// As `Call` with the pair of `LoadMethod` at `b`, arguments from `b + 2` on, `c` counting them without self.
            CallMethod call_method (a: Dst, b: InC2, c: Count) Cache;
            /// As `Call`; the last arguments are keywords, named by the tuple `consts[word]`.
            CallKw call_kw (a: Dst, b: InC1, c: Count) Const;
            /// As `CallMethod` with keywords as in `CallKw`.
            CallMethodKw call_method_kw (a: Dst, b: InC2, c: Count) Const;
            /// `a = b(*b+1, **b+2)`; `b + 2` may be unbound.
            CallEx call_ex (a: Dst, b: InEx) None;
            /// Returns `a` from the frame (all registers are released).
            Return return_ (a: Src) None;
            /// `a =` a function of the code `consts[b]`. The flags say which attributes stand in the registers from `c`
            /// on, in this order: defaults, keyword defaults, annotate function, closure.
            MakeFunction make_function (a: Dst, b: Const, c: InFlags) None;
            /// `a =` intrinsic `c` of `b` (see [`Intrinsic1`](crate::Intrinsic1)).
            Intrinsic1 intrinsic1 (a: Dst, b: Src, c: Kind) None;
            /// `a =` intrinsic `c` of the registers `b`, `b + 1`, which are consumed (see
            /// [`Intrinsic2`](crate::Intrinsic2)).
            Intrinsic2 intrinsic2 (a: Dst, b: In2, c: Kind) None;

            // ---- exceptions ----
            /// `raise` (`c` = 0: the exception being handled), `raise a` (1), `raise a from b` (2).
            Raise raise (a: RaiseOperand, b: RaiseOperand, c: Kind) None;
            /// Raises `a`, which is consumed, keeping its traceback.
            Reraise reraise (a: Consume) None;
            /// Saves the exception being handled into `a` and makes `b` the one being handled.
            PushExcInfo push_exc_info (a: Dst, b: Peek) None;
            /// The exception saved in `a` is being handled again; `a` is consumed.
            PopExcInfo pop_exc_info (a: Consume) None;
            /// `a =` does the exception `b` match the class or tuple of classes `c`?
            CheckExcMatch check_exc_match (a: Dst, b: Peek, c: Src) None;
            /// Splits the exception (group) `b` by `c` into `a` = the rest and `a + 1` = what matched; None for nothing.
            CheckEgMatch check_eg_match (a: Out2, b: Src, c: Src) None;
            /// `a = b(type(c), c, c.__traceback__)` where `b`, `b + 1` are the pair of `LoadSpecial`, which is consumed.
            WithExceptStart with_except_start (a: Dst, b: In2, c: Peek) None;

            // ---- formatting ----
            /// `a = format(b)` after the conversion `c` (see [`Conversion`](crate::Conversion)).
            FormatSimple format_simple (a: Dst, b: Src, c: Kind) None;
            /// `a = format(b, c)`
            FormatSpec format_spec (a: Dst, b: Src, c: Src) None;
            /// `a = str(b)`, `repr(b)` or `ascii(b)`, as the conversion `c` says.
            ConvertValue convert_value (a: Dst, b: Src, c: Kind) None;
            /// `a =` an interpolation of `[value, expression text]` and, if bit 4 of `c` is set, the format
            /// specification; the low bits of `c` are the conversion.
            BuildInterpolation build_interpolation (a: Dst, b: InInterpolation, c: Kind) None;
            /// `a =` a template of the tuple of strings `b` and the tuple of interpolations `b + 1`.
            BuildTemplate build_template (a: Dst, b: In2) None;

            // ---- patterns ----
            /// `a =` the tuple of attributes if the subject `b` is an instance of the class `b + 1` and has them, else
            /// None. `consts[c]` names the keyword attributes; the word counts the positional ones.
            MatchClass match_class (a: Dst, b: In2, c: Const) Count;
            /// `a =` is `b` a mapping?
            MatchMapping match_mapping (a: Dst, b: Src) None;
            /// `a =` is `b` a sequence (and not a string)?
            MatchSequence match_sequence (a: Dst, b: Src) None;
            /// `a =` the tuple of the values of the keys `c` (a tuple) in `b`, or None if one is missing.
            MatchKeys match_keys (a: Dst, b: Src, c: Src) None;
            /// `a = len(b)`
            GetLen get_len (a: Dst, b: Src) None;

            // ---- imports ----
            /// `a = __import__(names[c], fromlist=b+1, level=b)`; the two registers are consumed.
            ImportName import_name (a: Dst, b: In2, c: Name) None;
            /// `a =` attribute or submodule `names[c]` of the module `b`.
            ImportFrom import_from (a: Dst, b: Src, c: Name) None;
        }
    };
}
