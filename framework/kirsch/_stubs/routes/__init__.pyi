from routes.mapper import Mapper as Mapper

__file__: str
