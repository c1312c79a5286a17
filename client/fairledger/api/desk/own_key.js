// What a person does with a key of their own: have it certified, sign in by it, and sign transactions.
import { base64, bytesOf, certificateBytes, certificateRequest, hex, signed } from "./der.js";
import { checkProposal, checkTransaction, NotAsAgreed } from "./fabric.js";
import { keep, newKeys } from "./keystore.js";

const RENEWAL = "/api/v1/reenroll"; // at a Fabric CA
const CONFLICTS_MAX = 4; // times that a transaction is made anew when another came in between

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
  }
}

async function ask(step, body) {
  let answer;
  try {
    answer = await fetch(`/signing/${step}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused({ code: "SERVICE_UNREACHABLE", detail: "" });
  }
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told);
  return { told, transaction: answer.headers.get("Fairledger-Transaction"), block: answer.headers.get("Fairledger-Block") };
}

export async function enrol(organization, enrolmentId, secret) {
  const keys = await newKeys();
  const request = await certificateRequest(enrolmentId, keys);
  return kept(organization, keys, (await ask("certificates", { request, enrolment_id: enrolmentId, secret })).told);
}

// A new key in the place of `held`, whose last signature is for that. The text is looked at before: it is the request to
// the organisation's CA for the new key's certificate, and nothing else.
export async function renew(held) {
  const keys = await newKeys();
  const request = await certificateRequest(held.name, keys);
  const asked = { certificate: held.certificate, request };
  const { text } = (await ask("renewals", asked)).told;
  const [method, path, body, certificate, ...more] = text.split(".");
  const { caname, ...sent } = JSON.parse(new TextDecoder().decode(bytesOf(body)));
  const isAgreed =
    [method, atob(path), atob(certificate), more.length].join() === ["POST", RENEWAL, held.certificate, 0].join() &&
    typeof caname === "string" && JSON.stringify(sent) === JSON.stringify({ certificate_request: request });
  if (!isAgreed) throw new NotAsAgreed("renewal");
  const signature = base64(await signed(held.privateKey, new TextEncoder().encode(text)));
  return kept(held.organization, keys, (await ask("renewals/signed", { ...asked, signature })).told);
}

async function kept(organization, keys, told) {
  const publicKey = hex(new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey)));
  if (!hex(certificateBytes(told.certificate)).includes(publicKey)) throw new NotAsAgreed("creator");
  const { certificate, msp_id: mspId, name, role, gln, not_after: notAfter } = told;
  const held = { organization, privateKey: keys.privateKey, certificate, mspId, name, role, gln, notAfter };
  await keep(held);
  return held;
}

// A bearer token. The text is made here again: nothing else than a sign-in at this organisation is signed.
export async function session(held) {
  const { challenge } = (await ask("challenges", {})).told;
  const words = `Fairledger: sign in at ${held.organization} by ${challenge}`;
  const signature = base64(await signed(held.privateKey, new TextEncoder().encode(words)));
  return (await ask("sessions", { challenge, certificate: held.certificate, signature })).told.token;
}

export async function signIn(held, next) {
  const body = new URLSearchParams({ token: await session(held), next });
  await fetch("/desk/sign-in", { method: "POST", body, redirect: "manual" });
}

// Have `name` of the contracts called with `values` in the person's name; throws Refused and NotAsAgreed.
export async function call(held, name, values) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await callOnce(held, name, values);
    } catch (error) {
      if (error.code !== "GATEWAY_COMMITTED_INVALID" || attempt === CONFLICTS_MAX) throw error;
    }
  }
}

const sendable = (value) => (typeof value === "string" ? value : { base64: base64(value) });

async function callOnce(held, name, values) {
  const agreed = { function: name, arguments: values, mspId: held.mspId, certificate: held.certificate };
  const wanted = { msp_id: held.mspId, certificate: held.certificate, function: name, arguments: values.map(sendable) };
  const { proposal } = (await ask("proposals", wanted)).told;
  const checked = await checkProposal(bytesOf(proposal), agreed);
  const signature = base64(await signed(held.privateKey, bytesOf(proposal)));
  const { transaction } = (await ask("endorsements", { proposal, signature })).told;
  await checkTransaction(bytesOf(transaction), checked);
  return ask("submissions", { transaction, signature: base64(await signed(held.privateKey, bytesOf(transaction))) });
}
