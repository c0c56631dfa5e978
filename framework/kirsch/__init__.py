"""kirsch"""
