# single-threaded: ends with an uncaught exception
import sys

class Shop:
    def __init__(self, stock):
        self.stock = stock

    def sell(self, name, count):
        return self.stock[name] - count

def main():
    shop = Shop({"tea": 5})
    print(shop.sell("tea", 2))
    try:
        shop.sell("milk", 1)
    except KeyError as e:
        raise ValueError("cannot sell") from e

main()
