//! `_locale`: the C locale, with UTF-8 as its encoding. Other locales are not supported: `setlocale` refuses them.

use pyre_object::{Builtin, Exc, NativeDef, Obj, PyResult, Vm, dict, int, list, module, raise, str, tuple};

/// The encoding of text files where none is given.
pub const ENCODING: &str = "utf-8";

const CHAR_MAX: i64 = 127;

static FUNCTIONS: [NativeDef; 12] = [
    NativeDef::function("setlocale", "(category, locale=None, /)", |vm, a| {
        let category = vm.to_i32(&a[0])?;
        if !(0..=12).contains(&category) {
            return Err(error(vm, "invalid locale category"));
        }
        match a[1].not_none() {
            None => Ok(str::new_str("C")),
            Some(s) if str::is_str(s) => match str::to_string_lossy(s).as_str() {
                "" | "C" | "POSIX" => Ok(str::new_str("C")),
                "C.UTF-8" | "C.utf8" => Ok(str::new_str("C.UTF-8")),
                _ => Err(error(vm, "unsupported locale setting")),
            },
            Some(s) => {
                raise!(vm, TypeError, "setlocale() argument 2 must be str or None, not {}", s.type_name())
            }
        }
    }),
    NativeDef::function("localeconv", "()", |_, _| Ok(conventions())),
    NativeDef::function("getencoding", "()", |_, _| Ok(str::new_str(ENCODING))),
    NativeDef::function("nl_langinfo", "(key, /)", |vm, a| {
        let key = vm.to_i32(&a[0])?;
        match INFO.iter().find(|(_, k, _)| *k == key) {
            Some((_, _, text)) => Ok(str::new_str(text)),
            None => Err(vm.value_error("unsupported langinfo constant")),
        }
    }),
    NativeDef::function("strcoll", "(os1, os2, /)", |vm, a| {
        let (x, y) = (text(vm, "strcoll", &a[0])?, text(vm, "strcoll", &a[1])?);
        Ok(int::new_int(match x.cmp(&y) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        }))
    }),
    NativeDef::function("strxfrm", "(string, /)", |vm, a| {
        text(vm, "strxfrm", &a[0])?;
        Ok(a[0].clone())
    }),
    NativeDef::function("gettext", "(msg, /)", |_, a| Ok(a[0].clone())),
    NativeDef::function("dgettext", "(domain, msg, /)", |_, a| Ok(a[1].clone())),
    NativeDef::function("dcgettext", "(domain, msg, category, /)", |_, a| Ok(a[1].clone())),
    NativeDef::function("textdomain", "(domain, /)", |_, a| {
        Ok(a[0].not_none().cloned().unwrap_or_else(|| str::new_str("messages")))
    }),
    NativeDef::function("bindtextdomain", "(domain, dir, /)", |_, a| Ok(a[1].clone())),
    NativeDef::function("bind_textdomain_codeset", "(domain, codeset, /)", |_, a| Ok(a[1].clone())),
];

/// Keys of `nl_langinfo` with what the C locale has for them.
const INFO: &[(&str, i32, &str)] = &[
    ("CODESET", libc::CODESET, "UTF-8"),
    ("RADIXCHAR", libc::RADIXCHAR, "."),
    ("THOUSEP", libc::THOUSEP, ""),
    ("D_T_FMT", libc::D_T_FMT, "%a %b %e %H:%M:%S %Y"),
    ("D_FMT", libc::D_FMT, "%m/%d/%y"),
    ("T_FMT", libc::T_FMT, "%H:%M:%S"),
    ("T_FMT_AMPM", libc::T_FMT_AMPM, "%I:%M:%S %p"),
    ("AM_STR", libc::AM_STR, "AM"),
    ("PM_STR", libc::PM_STR, "PM"),
    ("CRNCYSTR", libc::CRNCYSTR, "-"),
    ("YESEXPR", libc::YESEXPR, "^[yY]"),
    ("NOEXPR", libc::NOEXPR, "^[nN]"),
    ("ERA", libc::ERA, ""),
    ("ERA_D_FMT", libc::ERA_D_FMT, ""),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT, ""),
    ("ERA_T_FMT", libc::ERA_T_FMT, ""),
    ("ALT_DIGITS", libc::ALT_DIGITS, ""),
    ("DAY_1", libc::DAY_1, "Sunday"),
    ("DAY_2", libc::DAY_2, "Monday"),
    ("DAY_3", libc::DAY_3, "Tuesday"),
    ("DAY_4", libc::DAY_4, "Wednesday"),
    ("DAY_5", libc::DAY_5, "Thursday"),
    ("DAY_6", libc::DAY_6, "Friday"),
    ("DAY_7", libc::DAY_7, "Saturday"),
    ("ABDAY_1", libc::ABDAY_1, "Sun"),
    ("ABDAY_2", libc::ABDAY_2, "Mon"),
    ("ABDAY_3", libc::ABDAY_3, "Tue"),
    ("ABDAY_4", libc::ABDAY_4, "Wed"),
    ("ABDAY_5", libc::ABDAY_5, "Thu"),
    ("ABDAY_6", libc::ABDAY_6, "Fri"),
    ("ABDAY_7", libc::ABDAY_7, "Sat"),
    ("MON_1", libc::MON_1, "January"),
    ("MON_2", libc::MON_2, "February"),
    ("MON_3", libc::MON_3, "March"),
    ("MON_4", libc::MON_4, "April"),
    ("MON_5", libc::MON_5, "May"),
    ("MON_6", libc::MON_6, "June"),
    ("MON_7", libc::MON_7, "July"),
    ("MON_8", libc::MON_8, "August"),
    ("MON_9", libc::MON_9, "September"),
    ("MON_10", libc::MON_10, "October"),
    ("MON_11", libc::MON_11, "November"),
    ("MON_12", libc::MON_12, "December"),
    ("ABMON_1", libc::ABMON_1, "Jan"),
    ("ABMON_2", libc::ABMON_2, "Feb"),
    ("ABMON_3", libc::ABMON_3, "Mar"),
    ("ABMON_4", libc::ABMON_4, "Apr"),
    ("ABMON_5", libc::ABMON_5, "May"),
    ("ABMON_6", libc::ABMON_6, "Jun"),
    ("ABMON_7", libc::ABMON_7, "Jul"),
    ("ABMON_8", libc::ABMON_8, "Aug"),
    ("ABMON_9", libc::ABMON_9, "Sep"),
    ("ABMON_10", libc::ABMON_10, "Oct"),
    ("ABMON_11", libc::ABMON_11, "Nov"),
    ("ABMON_12", libc::ABMON_12, "Dec"),
];

const CATEGORIES: &[(&str, i32)] = &[
    ("LC_CTYPE", libc::LC_CTYPE),
    ("LC_TIME", libc::LC_TIME),
    ("LC_COLLATE", libc::LC_COLLATE),
    ("LC_MONETARY", libc::LC_MONETARY),
    ("LC_MESSAGES", libc::LC_MESSAGES),
    ("LC_NUMERIC", libc::LC_NUMERIC),
    ("LC_ALL", libc::LC_ALL),
    ("CHAR_MAX", CHAR_MAX as i32),
];

fn text(vm: &Vm, function: &str, o: &Obj) -> PyResult<Vec<u32>> {
    match str::get(o) {
        Some(s) => Ok(s.data().iter().collect()),
        None => raise!(vm, TypeError, "{function}() argument must be str, not {}", o.type_name()),
    }
}

static ERROR: crate::names::KeptType = crate::names::KeptType::new();

fn error(vm: &Vm, message: &str) -> pyre_object::Raised {
    let Some(class) = ERROR.made() else { return vm.value_error(message) };
    match vm.call1(class, &str::new_str(message)) {
        Ok(e) => pyre_object::Raised(e),
        Err(e) => e,
    }
}

fn conventions() -> Obj {
    let d = dict::new_dict();
    let set = |name: &str, v: Obj| dict::set_str(&d, &pyre_object::intern::intern_str(name), v);
    for name in [
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
        "thousands_sep",
    ] {
        set(name, str::empty());
    }
    for name in [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ] {
        set(name, int::new_int(CHAR_MAX));
    }
    set("decimal_point", str::new_str("."));
    set("grouping", list::new_list([]));
    set("mon_grouping", list::new_list([]));
    d
}

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("_locale");
    let namespace = dict::new_dict();
    dict::set_str(&namespace, crate::name!("__module__"), str::new_str("locale"));
    let bases = tuple::new_tuple([Exc::Exception.ty().clone()]);
    let class = vm.call(Builtin::Type.ty(), &[str::new_str("Error"), bases, namespace])?;
    module::set(&m, "Error", ERROR.keep(class).clone());
    for (name, n) in CATEGORIES {
        module::set(&m, name, int::new_int(i64::from(*n)));
    }
    for (name, n, _) in INFO {
        module::set(&m, name, int::new_int(i64::from(*n)));
    }
    module::add_functions(&m, &FUNCTIONS);
    Ok(m)
}
