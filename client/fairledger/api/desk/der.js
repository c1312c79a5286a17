// The little of DER (X.690) that certificate requests (RFC 2986) and Fabric's signatures need.

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // n of P-256 (SEC 2, 2.4.2)
const COMMON_NAME = new Uint8Array([0x06, 0x03, 0x55, 0x04, 0x03]); // 2.5.4.3
const ECDSA_WITH_SHA256 = new Uint8Array([0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]); // 1.2.840.10045.4.3.2

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function der(tag, ...parts) {
  const content = joined(...parts);
  const digits = [];
  for (let rest = content.length; rest > 0; rest >>= 8) digits.unshift(rest & 255);
  const length = content.length < 128 ? [content.length] : [128 + digits.length, ...digits];
  return joined(new Uint8Array([tag, ...length]), content);
}

function integer(number) {
  const text = number.toString(16);
  const bytes = (text.length % 2 ? "0" + text : text).match(/../g).map((pair) => parseInt(pair, 16));
  return der(0x02, new Uint8Array(bytes[0] > 127 ? [0, ...bytes] : bytes));
}

const sequence = (...parts) => der(0x30, ...parts);
const bitString = (bytes) => der(0x03, new Uint8Array([0]), bytes);

// A signature as WebCrypto gives it (r and s, 32 bytes each), in the one form that Fabric takes: DER, S in the lower half.
export function fabricSignature(raw) {
  const [r, s] = [raw.subarray(0, 32), raw.subarray(32)].map((half) => BigInt("0x" + hex(half)));
  return sequence(integer(r), integer(s > ORDER / 2n ? ORDER - s : s));
}

export async function signed(privateKey, message) {
  return fabricSignature(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, message)));
}

// A PKCS#10 request (PEM) for a certificate in the name of `name`, signed by the key that it is for.
export async function certificateRequest(name, keys) {
  const subject = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, new TextEncoder().encode(name)))));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const asked = sequence(integer(0n), subject, publicKey, der(0xa0));
  const request = sequence(asked, sequence(ECDSA_WITH_SHA256), bitString(await signed(keys.privateKey, asked)));
  return pem("CERTIFICATE REQUEST", request);
}

function pem(label, bytes) {
  const lines = base64(bytes).match(/.{1,64}/g).join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

// The bytes of the certificate in a PEM file.
export const certificateBytes = (text) => bytesOf(text.replace(/-----[A-Z ]+-----|\s/g, ""));
