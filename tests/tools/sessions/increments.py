"""A process of a site with sessions: asks for one path many times, in several threads, and says what was answered.

Its argument is a JSON object: the options of tools.sessions, the cookie, the path, how often and in how many threads.
"""

import json
import secrets
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from racing import Visitor, racing_app


def main(options, cookie, path, times, threads):
    app = racing_app(**options)

    def asks(_):
        visitor = Visitor(app, cookie)
        # Names of its own for each request where the path wants one.
        return Counter(visitor.ask(path.format(name=secrets.token_hex(8))).status for _ in range(times // threads))

    with ThreadPoolExecutor(threads) as pool:
        print(json.dumps(sum(pool.map(asks, range(threads)), Counter())))
    app.close()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
