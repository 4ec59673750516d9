"""The curve of SM2 (GM/T 0003.5-2012): y^2 = x^3 - 3x + b over a prime field.

A point is (X, Y, Z) in Jacobian coordinates, x = X/Z^2 and y = Y/Z^3; Z = 0 is the point at infinity.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    Point = tuple[int, int, int]
    Affine = tuple[int, int]

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # the order of G
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
INFINITY = (1, 1, 0)

_TEETH = 4
_COLUMNS = 64
_START = GX  # any number that is no short sum of powers of two
_comb: "list[Affine]" = []


def is_on_curve(x: int, y: int) -> bool:
    """Whether (x, y) is a point. The cofactor is 1, so that every point is in the group of G."""
    return x < P and y < P and (y * y - (x * x - 3) * x - B) % P == 0


def affine(point: "Point") -> "Affine":
    """(x, y) of a point that is not at infinity."""
    inverse = pow(point[2], P - 2, P)
    square = inverse * inverse % P
    return point[0] * square % P, point[1] * square * inverse % P


def double(point: "Point") -> "Point":
    """Twice a point (a = -3)."""
    x, y, z = point
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    doubled_x = (alpha * alpha - 8 * beta) % P
    doubled_z = ((y + z) * (y + z) - gamma - delta) % P
    return doubled_x, (alpha * (4 * beta - doubled_x) - 8 * gamma * gamma) % P, doubled_z


def add(point: "Point", other: "Affine") -> "Point":
    """The sum of a point and one in affine coordinates."""
    x, y, z = point
    if z == 0:
        return other[0], other[1], 1
    square = z * z % P
    across = (other[0] * square - x) % P
    up = (other[1] * square * z - y) % P
    if across == 0:
        return double(point) if up == 0 else INFINITY
    across2 = across * across % P
    across3 = across2 * across % P
    middle = x * across2 % P
    sum_x = (up * up - across3 - 2 * middle) % P
    return sum_x, (up * (middle - sum_x) - y * across3) % P, z * across % P


def base_multiple(secret: int) -> "Point":
    """`secret` times G, `secret` below N: 64 times one doubling and one addition, whatever its bits are.

    The four bits of a column choose one of 16 points (a comb). To each of the 16 a point is added that has nothing to
    do with them, and the scalar is made smaller by what that comes to. So none is at infinity, no sum is the double of
    one, and there is no step that a secret could skip or change. The multiplications of Python itself still take a time
    that depends on their numbers.
    """
    if not _comb:
        _comb.extend(_comb_points())
    scalar = (secret - _START * ((1 << _COLUMNS) - 1)) % N
    total = INFINITY
    for column in range(_COLUMNS - 1, -1, -1):
        choice = 0
        for tooth in range(_TEETH):
            choice |= (scalar >> (tooth * _COLUMNS + column) & 1) << tooth
        total = add(double(total), _comb[choice])
    return total


def multiple(times: int, x: int, y: int) -> "Point":
    """`times` the point (x, y). Its time tells the bits of `times`: for what everybody may know."""
    total = INFINITY
    for place in range(255, -1, -1):
        total = double(total)
        if times >> place & 1:
            total = add(total, (x, y))
    return total


def _comb_points() -> "list[Affine]":
    """For each choice of teeth the sum of their points and of `_START` times G: tooth t stands for 2^(64 t) G."""
    start = affine(multiple(_START, GX, GY))
    teeth = []
    point = (GX, GY, 1)
    for _ in range(_TEETH):
        teeth.append(affine(point))
        for _ in range(_COLUMNS):
            point = double(point)
    points = []
    for choice in range(1 << _TEETH):
        chosen = (start[0], start[1], 1)
        for tooth in range(_TEETH):
            if choice >> tooth & 1:
                chosen = add(chosen, teeth[tooth])
        points.append(affine(chosen))
    return points
