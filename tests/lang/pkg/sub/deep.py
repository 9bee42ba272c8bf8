from .. import value as up
from ..a import name
where = __name__ + "/" + __package__
