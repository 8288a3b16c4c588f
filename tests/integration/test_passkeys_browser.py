"""Passkeys in a browser with a virtual authenticator, against a whole Masthead."""
import pytest

from tests.support.browser import SPEC_NEEDS, run_spec, spec_can_run
from tests.support.masthead import EMAIL, PASSWORD, Masthead


@pytest.mark.skipif(not spec_can_run(), reason=SPEC_NEEDS)
def test_passkeys_in_a_browser(tmp_path):
    with Masthead(tmp_path, {"plugins": {"enabled": []}}) as masthead:
        masthead.set_up()
        run_spec(masthead, "passkeys", tmp_path, MASTHEAD_E2E_EMAIL=EMAIL, MASTHEAD_E2E_PASSWORD=PASSWORD, MASTHEAD_E2E_DATA=str(masthead.data))
