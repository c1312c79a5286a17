// Reads what is to be signed, byte by byte, and compares it with what the person agreed to. Whoever prepared it may lie: a
// field that is not known here, or that stands twice, is refused as well, as others could read it in another way.
// Formats: hyperledger/fabric-protos (common/common.proto, peer/proposal.proto, peer/chaincode.proto, peer/transaction.proto).
import { hex, joined, sha256 } from "./der.js";

export const CHANNEL = "credit-channel";
export const CHAINCODE = "credit";
const CALL = 3n; // HeaderType.ENDORSER_TRANSACTION
const LATE_S = 300; // between the service's clock and this one: the ledger takes the time of a transaction from it
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class NotAsAgreed extends Error {
  constructor(part) {
    super(part);
    this.part = part;
  }
}

function expect(holds, part) {
  if (!holds) throw new NotAsAgreed(part);
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// The fields of a protobuf message by name; `names` are those it may have, by number, and a star marks repeated ones.
export function fields(bytes, names) {
  const found = {};
  for (const name of Object.values(names)) if (name.endsWith("*")) found[name.slice(0, -1)] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      expect(at < bytes.length && shift < 64n, "form");
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const name = names[tag >> 3n];
    expect(name !== undefined, "form");
    let value = varint();
    if ((tag & 7n) === 2n) {
      const end = at + Number(value);
      expect(end <= bytes.length, "form");
      value = bytes.subarray(at, end);
      at = end;
    } else {
      expect((tag & 7n) === 0n, "form");
    }
    if (name.endsWith("*")) {
      found[name.slice(0, -1)].push(value);
    } else {
      expect(found[name] === undefined, "form");
      found[name] = value;
    }
  }
  return found;
}

const EMPTY = new Uint8Array();
const bytesIn = (message, name) => {
  const value = message[name] ?? EMPTY;
  expect(value instanceof Uint8Array, "form");
  return value;
};
const textIn = (message, name) => {
  try {
    return text.decode(bytesIn(message, name));
  } catch (error) {
    if (error instanceof NotAsAgreed) throw error;
    throw new NotAsAgreed("form");
  }
};

const HEADER = { 1: "channel", 2: "signature" };
const CHANNEL_HEADER = { 1: "type", 3: "timestamp", 4: "channel", 5: "id", 7: "extension" };
const CHAINCODE_ID = { 2: "name" };

async function checkHeader(header, agreed) {
  const channel = fields(bytesIn(header, "channel"), CHANNEL_HEADER);
  expect(channel.type === CALL, "form");
  expect(textIn(channel, "channel") === CHANNEL, "channel");
  const extension = fields(bytesIn(channel, "extension"), { 2: "chaincode" });
  expect(textIn(fields(bytesIn(extension, "chaincode"), CHAINCODE_ID), "name") === CHAINCODE, "chaincode");
  const time = Number(fields(bytesIn(channel, "timestamp"), { 1: "seconds", 2: "nanos" }).seconds ?? 0n);
  expect(Math.abs(time - Date.now() / 1000) <= LATE_S, "time");
  const signature = fields(bytesIn(header, "signature"), { 1: "creator", 2: "nonce" });
  const creator = fields(bytesIn(signature, "creator"), { 1: "msp", 2: "certificate" });
  expect(textIn(creator, "msp") === agreed.mspId && textIn(creator, "certificate") === agreed.certificate, "creator");
  const id = hex(await sha256(joined(bytesIn(signature, "nonce"), bytesIn(signature, "creator"))));
  expect(textIn(channel, "id") === id, "id");
  return id;
}

function checkCall(input, agreed) {
  const spec = fields(bytesIn(fields(input, { 1: "spec" }), "spec"), { 1: "type", 2: "chaincode", 3: "input" });
  expect(textIn(fields(bytesIn(spec, "chaincode"), CHAINCODE_ID), "name") === CHAINCODE, "chaincode");
  const [name, ...told] = fields(bytesIn(spec, "input"), { 1: "args*" }).args;
  expect(textIn({ name }, "name") === agreed.function, "function");
  const values = agreed.arguments.map((value) => (typeof value === "string" ? new TextEncoder().encode(value) : value));
  expect(told.length === values.length && values.every((value, at) => same(value, bytesIn(told, at))), "arguments");
}

// Throws NotAsAgreed unless these bytes (protos.Proposal) ask for what was agreed: {function, arguments, mspId, certificate},
// arguments being text or bytes.
// What is returned is what `checkTransaction` compares with.
export async function checkProposal(bytes, agreed) {
  const proposal = fields(bytes, { 1: "header", 2: "payload" });
  const header = fields(bytesIn(proposal, "header"), HEADER);
  const id = await checkHeader(header, agreed);
  const payload = fields(bytesIn(proposal, "payload"), { 1: "input", 2: "transient*" });
  expect(payload.transient.length === 0, "transient");
  checkCall(bytesIn(payload, "input"), agreed);
  return { id, header, input: bytesIn(payload, "input") };
}

// Throws NotAsAgreed unless these bytes (common.Payload) are the endorsed transaction of that very proposal, whose hash
// the endorsers signed: SHA-256 of both headers and the payload (fabric, protoutil.GetProposalHash1).
export async function checkTransaction(bytes, proposal) {
  const payload = fields(bytes, { 1: "header", 2: "data" });
  const header = fields(bytesIn(payload, "header"), HEADER);
  for (const part of ["channel", "signature"]) {
    expect(same(bytesIn(header, part), bytesIn(proposal.header, part)), "transaction");
  }
  const { actions } = fields(bytesIn(payload, "data"), { 1: "actions*" });
  expect(actions.length === 1, "transaction");
  const action = fields(actions[0], { 1: "header", 2: "payload" });
  expect(same(bytesIn(action, "header"), bytesIn(header, "signature")), "transaction");
  const endorsed = fields(bytesIn(action, "payload"), { 1: "proposal", 2: "action" });
  const asked = bytesIn(endorsed, "proposal");
  expect(same(bytesIn(fields(asked, { 1: "input" }), "input"), proposal.input), "transaction");
  const answer = fields(bytesIn(endorsed, "action"), { 1: "response", 2: "endorsements*" });
  const response = fields(bytesIn(answer, "response"), { 1: "hash", 2: "extension" });
  const hash = await sha256(joined(bytesIn(header, "channel"), bytesIn(header, "signature"), asked));
  expect(same(bytesIn(response, "hash"), hash), "transaction");
}

