// The page of one's own key: make and enrol it, see whose it is, sign in by it, remove it.
import { certificateBytes, hex, sha256 } from "./der.js";
import { find, forget } from "./keystore.js";
import { enrol, renew, signIn } from "./own_key.js";
import { element, reason, said } from "./signer.js";

const DAY_MS = 24 * 3_600_000;
const SOON_DAYS = 30; // before its end the page asks to renew

const { organization } = document.body.dataset;
const next = document.getElementById("own-key").dataset.next;
const enrolling = document.getElementById("enrol-form");
const holding = document.getElementById("held");
const renewing = document.getElementById("renew");
const result = document.getElementById("key-result");

function tell(text, kind) {
  result.textContent = text;
  result.className = kind;
}

async function attempt(button, work) {
  button.disabled = true;
  tell(said("wait"), "");
  try {
    await work();
  } catch (error) {
    tell(await reason(error), "failed");
  } finally {
    button.disabled = false;
  }
}

async function show() {
  const held = await find(organization);
  enrolling.hidden = held !== undefined;
  holding.hidden = held === undefined;
  if (held === undefined) return;
  const until = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const rows = [
    ["name", held.name],
    ["organization", `${organization} (${held.mspId})`],
    ["role", [held.role, held.gln].filter(Boolean).join(" ")],
    ["until", until.format(new Date(held.notAfter))],
    ["fingerprint", hex(await sha256(certificateBytes(held.certificate)))],
  ];
  const list = holding.querySelector("dl");
  list.replaceChildren(...rows.flatMap(([name, value]) => [element("dt", said(name)), element("dd", value)]));
  const days = Math.floor((new Date(held.notAfter) - Date.now()) / DAY_MS);
  renewing.hidden = days < 0;
  if (days < 0) tell(said("expired"), "failed");
  else if (days < SOON_DAYS) tell(said("ends_soon", { days }), "failed");
}

async function enter() {
  await signIn(await find(organization), next);
  location.assign(next);
}

enrolling.addEventListener("submit", (event) => {
  event.preventDefault();
  const told = enrolling.elements;
  attempt(enrolling.querySelector("button"), async () => {
    await enrol(organization, told.namedItem("enrolment_id").value.trim(), told.namedItem("secret").value.trim());
    enrolling.reset();
    await show();
    await enter();
  });
});

document.getElementById("sign-in").addEventListener("click", (event) => attempt(event.target, enter));

renewing.addEventListener("click", () =>
  attempt(renewing, async () => {
    await signIn(await renew(await find(organization)), next);
    location.reload(); // scripts of this page hold the key before
  }),
);

document.getElementById("remove").addEventListener("click", (event) => {
  if (!confirm(said("remove_sure"))) return;
  attempt(event.target, async () => {
    await forget(organization);
    await show();
    tell(said("removed"), "");
  });
});

await show();
document.getElementById("own-key").dataset.ready = "true";
