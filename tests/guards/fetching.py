"""To go through us where one can't go."""

from tests.guards.guard import Rows, out

ADDRESSES = "coalition/networks/addresses.py"
WIRE = "coalition/networks/wire.py"
RESOLVED = (
    ADDRESSES,
    "            raise ForbiddenAddressError(host)\n        return found",
    "            pass\n        return found",
)
WRAPPED = (  # Python itself, too, calls them private since 3.12.4
    "        ip.is_global\n"
    "        and ip in _GLOBAL_UNICAST\n"
    "        and not any(ip in network for network in _WRAPPED_IPV4)\n"
)

ROWS: Rows = {
    "private, link-local, mapped, NAT64 and multicast addresses": [
        *(
            out(ADDRESSES, old, new, f"test_all_other_addresses[{case}]")
            for old, new, case in (
                (
                    "return ip.is_global and not ip.is_multicast",
                    "return not ip.is_multicast",
                    "127.0.0.1",
                ),
                (
                    "return ip.is_global and not ip.is_multicast",
                    "return ip.is_global",
                    "224.0.0.1",
                ),
                ("        and ip in _GLOBAL_UNICAST\n", "", "64:ff9b::7f00:1"),
                (WRAPPED, "        ip in _GLOBAL_UNICAST\n", "2002:7f00:1::"),
            )
        ),
        out(
            ADDRESSES,
            'if parts.scheme != "https" or not _NAMED.fullmatch(parts.netloc):',
            "if False:",
            "test_no_request_of_ours_reaches_an_inner_address[http://waterput.be]",
            "test_no_request_of_ours_reaches_an_inner_address[https://[::1]]",
        ),
    ],
    "a public name with an inner address, or one that changes its mind": [
        out(
            *RESOLVED,
            "test_a_name_that_resolves_to_loopback_is_not_connected_to",
            "test_a_public_name_with_an_inner_address_is_not_connected_to[127.0.0.1]",
            "test_a_name_that_changes_its_mind_is_looked_at_again",
        ),
    ],
    "a redirect": [
        out(
            WIRE,
            "allow_redirects=False",
            "allow_redirects=True",
            "test_no_redirect_is_followed",
        ),
    ],
    "a document that sends us inside": [
        out(
            "coalition/networks/bluesky/resolve.py",
            "        addresses.check(host, hosts.private)\n",
            "        pass\n",
            "test_a_document_may_not_send_us_inside[http://localhost:9]",
        ),
        out(
            "coalition/networks/bluesky/network.py",
            "                addresses.check(host, self._hosts.private)\n",
            "                pass\n",
            "test_a_password_goes_to_no_private_address",
        ),
    ],
    "an answer without end": [
        out(
            WIRE,
            "        if len(content) > most:\n",
            "        if False:\n",
            "test_an_answer_without_end_is_cut_off",
        ),
    ],
    "the time, told by a server inside": [
        out(
            "coalition/networks/clocks.py",
            "                check(address, private)\n",
            "                pass\n",
            "test_nobody_inside_is_asked_on_somebodys_word",
        ),
    ],
}
