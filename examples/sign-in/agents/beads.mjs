// Every bead that has a script, in the order of crew.yaml. A bead is known by its title.
import * as accounts from "./backend/accounts.mjs";
import * as guard from "./backend/guard.mjs";
import * as limit from "./backend/limit.mjs";
import * as login from "./backend/login.mjs";
import * as header from "./frontend/header.mjs";
import * as page from "./frontend/page.mjs";
import * as signOut from "./frontend/sign-out.mjs";
import * as errors from "./login-ui/errors.mjs";
import * as strength from "./login-ui/strength.mjs";
import * as browser from "./tests/browser.mjs";
import * as journey from "./tests/journey.mjs";

/** Each exports its `title`, and `work({ failedTests })`, which may give the commit's subject. */
export const beads = [accounts, login, limit, guard, header, page, signOut, strength, errors, browser, journey];
