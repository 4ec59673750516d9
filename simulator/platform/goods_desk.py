"""The handlers of the goods, by transaction: 3501 to 3507 with their A forms, 3512, 3513, 3592B."""

from collections.abc import Callable
from typing import Any

from . import goods, sales
from .envelope import Request
from .goods import many, one
from .office import Office

_PURCHASE_NO, _SALE_NO = "medins_prod_purc_no", "medins_prod_sel_no"

HANDLERS: dict[str, Callable[[Office, Request], dict[str, Any] | None]] = {
    "3501": one(goods.take_stock, "invinfo"),
    "3501A": many(goods.take_stock, "invinfoDetail", "invinfoErrDetail"),
    "3502": one(goods.change_stock, "invinfo"),
    "3502A": many(goods.change_stock, "invinfoDetail", "invinfoErrDetail"),
    "3503": one(goods.buy, "purcinfo"),
    "3503A": many(goods.buy, "purcinfoDetail", "purcinfoErrDetail", _PURCHASE_NO),
    "3504": one(goods.return_bought, "purcinfo"),
    "3504A": many(goods.return_bought, "purcinfoDetail", "purcinfoErrDetail", _PURCHASE_NO),
    "3505": one(sales.sell, "selinfo"),
    "3505A": many(sales.sell, "selinfoDetail", "selinfoDetail", _SALE_NO),
    "3506": one(sales.take_back, "selinfo"),
    "3506A": many(sales.take_back, "selinfoDetail", "selinfoErrDetail", _SALE_NO),
    "3507": one(goods.delete, "data"),
    "3507A": many(goods.delete, "goodDetail", "goodErrDetail"),
    "3512": goods.query_came_in,
    "3513": sales.query_sold,
    "3592B": goods.virtual_code,
}
