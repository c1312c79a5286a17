// Takes over forms that name a function of the contracts, or an address that tells what call they come to, when the person
// has a key of their own in this browser: the call is shown, signed here, and ordered. Without such a key, or without the
// tick, forms are sent as ever.
import { bytesOf, hex, sha256 } from "./der.js";
import { NotAsAgreed } from "./fabric.js";
import { find } from "./keystore.js";
import { call, Refused } from "./own_key.js";

const { visitor, organization } = document.body.dataset;
const words = JSON.parse(document.body.dataset.signer);

export const said = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

export function element(kind, content = "", attributes = {}) {
  const made = document.createElement(kind);
  made.textContent = content;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

async function sentence(code) {
  try {
    const answer = await fetch(`/desk/problems/${code}?lang=${document.documentElement.lang}`);
    return answer.ok ? await answer.text() : "";
  } catch {
    return ""; // no network: the code tells that, too
  }
}

// Why it did not work, for people; with its stable code where there is one.
export async function reason(error) {
  if (error instanceof NotAsAgreed) return said("not_as_agreed", { part: said(`part_${error.part}`) });
  if (error.code) return said("refused", { why: await sentence(error.code), code: error.code, detail: error.message });
  throw error;
}

function valueOf(field) {
  if (field.type === "checkbox") return JSON.stringify(field.checked);
  if (field.dataset.argument === "base64") return bytesOf(field.value);
  if (field.dataset.argument !== "json") return field.value;
  if (field.value === "") return "null";
  JSON.parse(field.value);
  return field.value; // as it stands, once it can be read
}

const shown = async (value) => (typeof value === "string" ? value : `SHA-256 ${hex(await sha256(value))}`);
const argumentsOf = (form) => Array.from(form.querySelectorAll("[data-argument]"), valueOf);

// The function that a form calls, and its arguments; throws SyntaxError for JSON that is none, and Refused.
async function callOf(form) {
  if (!form.dataset.call) return { name: form.dataset.function, values: argumentsOf(form) };
  const answer = await fetch(form.dataset.call, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told);
  return { name: told.function, values: told.arguments };
}

async function review(form, held) {
  form.querySelector(".signing")?.remove();
  const panel = element("section", "", { class: "signing", "aria-live": "polite" });
  form.append(panel);
  let wanted;
  try {
    wanted = await callOf(form);
  } catch (error) {
    const text = error instanceof SyntaxError ? said("no_json") : await reason(error);
    panel.append(element("p", text, { class: "failed" }));
    return;
  }
  const { name, values } = wanted;
  const list = element("dl");
  list.append(element("dt", said("function")), element("dd", name), element("dt", said("arguments")));
  for (const value of values) list.append(element("dd", await shown(value)));
  list.append(element("dt", said("signer")), element("dd", `${held.name} (${held.mspId})`));
  const sign = element("button", said("sign"), { type: "button" });
  const cancel = element("button", said("cancel"), { type: "button", class: "plain" });
  panel.append(element("h3", said("you_sign")), list, sign, cancel);
  cancel.addEventListener("click", () => panel.remove());
  sign.addEventListener("click", async () => {
    sign.disabled = cancel.disabled = true;
    panel.append(await outcome(held, form, wanted));
    sign.remove();
    cancel.remove();
  });
  sign.focus();
}

// Where what was done is seen: what the form makes, or its page as it is now, without a draft that it was made of.
function place(form, { transaction }) {
  const path = form.dataset.makes ? `${form.dataset.makes}${transaction}` : location.pathname;
  return `${path}?lang=${document.documentElement.lang}`;
}

async function outcome(held, form, { name, values }) {
  try {
    const done = await call(held, name, values);
    const told = element("p", said("done", done), { class: "passed" });
    told.append(" ", element("a", said("look"), { href: place(form, done) }));
    return told;
  } catch (error) {
    return element("p", await reason(error), { class: "failed" });
  }
}

function takeOver(form, held) {
  const label = element("label");
  const tick = element("input", "", { type: "checkbox", class: "own-key" });
  tick.checked = true;
  label.append(tick, " ", said("own_key", { name: held.name }));
  const line = element("p");
  line.append(label);
  form.prepend(line);
  form.addEventListener("submit", (event) => {
    if (!tick.checked) return;
    event.preventDefault();
    review(form, held);
  });
}

const held = await find(organization);
if (held && visitor.split("/")[0] === held.name && new Date(held.notAfter) > new Date()) {
  for (const form of document.querySelectorAll("form[data-function], form[data-call]")) takeOver(form, held);
}
document.body.dataset.signerReady = "true";
