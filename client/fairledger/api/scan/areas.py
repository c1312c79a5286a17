"""The coarse areas that a reader can name: provinces, each by the field of about 156 km around its seat.

A field is a geohash of three characters. Nothing finer leaves the reader's device, and nobody is asked who they are.
"""

from typing import Final, NamedTuple

from fairledger_contracts.lineage.areas import ALPHABET, BITS_A_CHARACTER

CHARACTERS: Final = 3


class Province(NamedTuple):
    """A province with the place of its seat, in degrees."""

    zh: str
    en: str
    latitude: float
    longitude: float

    @property
    def area(self) -> str:
        """The field that its seat lies in."""
        return area_at(self.latitude, self.longitude)


PROVINCES: Final = (
    Province("安徽", "Anhui", 31.82, 117.23),
    Province("北京", "Beijing", 39.90, 116.41),
    Province("重庆", "Chongqing", 29.56, 106.55),
    Province("福建", "Fujian", 26.07, 119.30),
    Province("甘肃", "Gansu", 36.06, 103.83),
    Province("广东", "Guangdong", 23.13, 113.26),
    Province("广西", "Guangxi", 22.82, 108.37),
    Province("贵州", "Guizhou", 26.65, 106.63),
    Province("海南", "Hainan", 20.04, 110.32),
    Province("河北", "Hebei", 38.04, 114.51),
    Province("黑龙江", "Heilongjiang", 45.80, 126.53),
    Province("河南", "Henan", 34.75, 113.63),
    Province("香港", "Hong Kong", 22.32, 114.17),
    Province("湖北", "Hubei", 30.59, 114.31),
    Province("湖南", "Hunan", 28.23, 112.94),
    Province("内蒙古", "Inner Mongolia", 40.84, 111.75),
    Province("江苏", "Jiangsu", 32.06, 118.80),
    Province("江西", "Jiangxi", 28.68, 115.86),
    Province("吉林", "Jilin", 43.82, 125.32),
    Province("辽宁", "Liaoning", 41.81, 123.43),
    Province("澳门", "Macao", 22.20, 113.55),
    Province("宁夏", "Ningxia", 38.49, 106.23),
    Province("青海", "Qinghai", 36.62, 101.78),
    Province("陕西", "Shaanxi", 34.34, 108.94),
    Province("山东", "Shandong", 36.65, 117.12),
    Province("上海", "Shanghai", 31.23, 121.47),
    Province("山西", "Shanxi", 37.87, 112.55),
    Province("四川", "Sichuan", 30.57, 104.07),
    Province("台湾", "Taiwan", 25.03, 121.57),
    Province("天津", "Tianjin", 39.08, 117.20),
    Province("西藏", "Tibet", 29.65, 91.13),
    Province("新疆", "Xinjiang", 43.83, 87.62),
    Province("云南", "Yunnan", 25.04, 102.72),
    Province("浙江", "Zhejiang", 30.27, 120.15),
)


def area_at(latitude: float, longitude: float) -> str:
    """The field that a place lies in: a geohash of three characters, which halves longitude and latitude in turn."""
    bounds = {"longitude": [-180.0, 180.0], "latitude": [-90.0, 90.0]}
    values = {"longitude": longitude, "latitude": latitude}
    bits = 0
    for position in range(CHARACTERS * BITS_A_CHARACTER):
        axis = "latitude" if position % 2 else "longitude"
        low, high = bounds[axis]
        middle = (low + high) / 2
        upper = values[axis] >= middle
        bounds[axis] = [middle, high] if upper else [low, middle]
        bits = bits << 1 | upper
    digits = range(CHARACTERS - 1, -1, -1)
    return "".join(ALPHABET[bits >> (BITS_A_CHARACTER * digit) & 31] for digit in digits)
