// Verifies an item's records in front of the reader: evidence and blocks of two organisations are fetched, the blocks'
// hashes computed again, and everything compared. Block hashes as in Fabric: SHA-256 of the DER sequence (number, previous hash,
// data hash); data hash: SHA-256 of all envelopes, one after the other.
"use strict";

const section = document.getElementById("verification");
const button = document.getElementById("verify-button");
const words = section ? JSON.parse(section.dataset.words) : {};

const said = (name, values) => words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

class Refused extends Error {}

function refuse(name, values = {}) {
  throw new Refused(said(name, values));
}

function step(name, values) {
  const line = document.createElement("li");
  line.textContent = said(name, values);
  document.getElementById("verify-steps").append(line);
}

async function fetched(witness, path, read) {
  try {
    const answer = await fetch(witness[1] + path);
    if (!answer.ok) throw new Error(String(answer.status));
    return await read(answer);
  } catch {
    return refuse("reason_fetch", { one: witness[0] });
  }
}

// The fields of a protobuf message that are length-delimited or varints, in order: [number, value].
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) throw new RangeError("no protobuf");
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if (tag % 8 === 0) {
      yield [tag >> 3, varint()];
    } else if (tag % 8 === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new RangeError("no protobuf");
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    } else {
      throw new RangeError("no protobuf");
    }
  }
}

function parsed(bytes) {
  const block = { number: 0n, previous: new Uint8Array(), dataHash: new Uint8Array(), envelopes: [] };
  for (const [part, value] of fields(bytes)) {
    if (part === 1) {
      for (const [member, content] of fields(value)) {
        if (member === 1) block.number = content;
        if (member === 2) block.previous = content;
        if (member === 3) block.dataHash = content;
      }
    } else if (part === 2) {
      for (const [member, content] of fields(value)) if (member === 1) block.envelopes.push(content);
    }
  }
  return block;
}

const joined = (parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function der(kind, content) {
  const length = content.length < 128 ? [content.length] : [0x81, content.length];
  return joined([new Uint8Array([kind, ...length]), content]);
}

function derInteger(number) {
  let digits = number.toString(16);
  if (digits.length % 2) digits = "0" + digits;
  const bytes = digits.match(/../g).map((pair) => parseInt(pair, 16));
  return der(2, new Uint8Array(bytes[0] > 127 ? [0, ...bytes] : bytes));
}

const headerHash = (block) =>
  sha256(der(0x30, joined([derInteger(block.number), der(4, block.previous), der(4, block.dataHash)])));

function contains(whole, part) {
  outer: for (let at = whole.indexOf(part[0]); at >= 0; at = whole.indexOf(part[0], at + 1)) {
    if (at + part.length > whole.length) return false;
    for (let i = 1; i < part.length; i++) if (whole[at + i] !== part[i]) continue outer;
    return true;
  }
  return false;
}

async function checkBlock(witnesses, number, expected) {
  const path = `/ledger/blocks/${number}`;
  const read = async (answer) => new Uint8Array(await answer.arrayBuffer());
  const [one, other] = await Promise.all(witnesses.map((witness) => fetched(witness, path, read)));
  let blocks;
  try {
    blocks = [parsed(one), parsed(other)];
  } catch {
    return refuse("reason_hash", { number });
  }
  for (const block of blocks) {
    const data = hex(await sha256(joined(block.envelopes)));
    const header = hex(await headerHash(block));
    if (data !== hex(block.dataHash) || block.number !== BigInt(number)) refuse("reason_hash", { number });
    if (header !== expected) refuse("reason_block", { number });
  }
  step("step_block", { number });
  return joined(blocks[0].envelopes);
}

async function verify() {
  const witnesses = JSON.parse(section.dataset.witnesses).slice(0, 2);
  const names = { one: witnesses[0][0], other: witnesses[1][0] };
  const path = `/ledger/evidence?epc=${encodeURIComponent(section.dataset.epc)}`;
  const read = async (answer) => (await answer.json()).events;
  const [one, other] = await Promise.all(witnesses.map((witness) => fetched(witness, path, read)));
  step("step_evidence", names);
  if (!one.length) refuse("reason_none");
  if (JSON.stringify(one) !== JSON.stringify(other)) refuse("reason_differ");
  step("step_same", { count: one.length });
  const envelopes = new Map();
  for (const record of one) {
    const number = record.blockNumber;
    if (!envelopes.has(number)) envelopes.set(number, await checkBlock(witnesses, number, record.blockHash));
    if (!contains(envelopes.get(number), new TextEncoder().encode(record.event))) refuse("reason_event", { number });
    step("step_event", { number });
  }
  const history = `/trace/history?epc=${encodeURIComponent(section.dataset.epc)}`;
  const told = await Promise.all(witnesses.map((witness) => fetched(witness, history, (answer) => answer.text())));
  if (told[0] !== told[1]) refuse("reason_grade");
  step("step_grade", { grade: JSON.parse(told[0]).grade });
  return said("passed", names);
}

if (section) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const result = document.getElementById("verify-result");
    document.getElementById("verify-steps").replaceChildren();
    button.disabled = true;
    result.className = "";
    result.textContent = words.running;
    try {
      result.textContent = await verify();
      result.className = "passed";
    } catch (error) {
      const reason = error instanceof Refused ? error.message : String(error);
      result.textContent = words.failed.replace("{reason}", reason);
      result.className = "failed";
    } finally {
      button.disabled = false;
    }
  });
}
