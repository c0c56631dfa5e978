from routes.mapper import Mapper as Mapper
