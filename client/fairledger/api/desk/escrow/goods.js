// Virtual goods in the browser: sealed by their seller, compared, opened and disproved by who has them. Files are read here
// and go nowhere; the key leaves the page when its seller releases it. The format is the command line's: a nonce of 12
// bytes, then what AES-256-GCM makes of the goods with its tag (records/order.py, Commitment).
import { base64, hex, joined, sha256 } from "./der.js";

const NONCE_BYTES = 12; // NIST SP 800-38D, 8.2.1
const TAG_BYTES = 16; // the same, 5.2.1.2
const BITS = 256;
const ORDER_DIGITS = 12; // of the order's id, in the names of files
const SEALED_NAME = new RegExp(`(\\.[0-9a-f]{${ORDER_DIGITS}})?\\.sealed$`);
const goods = document.getElementById("goods").dataset;
const words = JSON.parse(goods.words);
const bytesMax = Number(goods.bytesMax); // of sealed goods
const bytesOfHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export async function sealed(content) {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: BITS }, true, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = joined(nonce, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, content)));
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  const commitment = {
    ciphertext_sha256: hex(await sha256(ciphertext)),
    key_sha256: hex(await sha256(raw)),
    plaintext_sha256: hex(await sha256(content)),
    size_bytes: ciphertext.length,
  };
  return { ciphertext, key: hex(raw), commitment };
}

// The goods; null where the key opens nothing, or other goods than the seller is bound to.
export async function opened(ciphertext) {
  const key = await crypto.subtle.importKey("raw", bytesOfHex(goods.key), "AES-GCM", false, ["decrypt"]);
  let content;
  try {
    const iv = ciphertext.subarray(0, NONCE_BYTES);
    content = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, ciphertext.subarray(NONCE_BYTES)));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
  return hex(await sha256(content)) === goods.plaintextSha256 ? content : null;
}

function link(name, content, label) {
  const made = document.createElement("a");
  made.download = name;
  made.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  made.textContent = `${label}: ${name}`;
  return made;
}

// What a tool says below its field; `kind` is the class of the text.
function teller(tool) {
  const result = tool.querySelector("[role=status]");
  return (name, kind = "", links = []) => {
    const line = document.createElement("p");
    line.textContent = words[name];
    line.className = kind;
    const lines = links.map((each) => document.createElement("p").appendChild(each).parentElement);
    result.replaceChildren(line, ...lines);
  };
}

const isBound = async (content) => hex(await sha256(content)) === goods.ciphertextSha256;

const TOOLS = {
  async seal(content, tell, { form, file }) {
    const field = form.elements.namedItem("commitment");
    const send = form.querySelector("button[type=submit]");
    field.value = "";
    if (!content.length || content.length > bytesMax - NONCE_BYTES - TAG_BYTES) return tell("goods_size", "failed");
    const made = await sealed(content);
    const name = `${file.name}.${goods.order.slice(0, ORDER_DIGITS)}`;
    const links = [
      link(`${name}.key`, made.key, words.save_key),
      link(`${name}.sealed`, made.ciphertext, words.save_sealed),
    ];
    const unsaved = new Set(links);
    for (const each of links) {
      each.addEventListener("click", () => {
        unsaved.delete(each);
        send.disabled = unsaved.size > 0; // the key is nowhere else
      });
    }
    send.disabled = true;
    field.value = JSON.stringify(made.commitment);
    tell("goods_sealed", "passed", links);
  },

  async key(content, tell, { form }) {
    const field = form.elements.namedItem("key");
    const told = new TextDecoder().decode(content).trim();
    field.value = "";
    if (!/^[0-9a-f]{64}$/.test(told)) return tell("key_file_none", "failed");
    if (hex(await sha256(bytesOfHex(told))) !== goods.keySha256) return tell("key_other", "failed");
    field.value = told;
    tell("key_fits", "passed");
  },

  async compare(content, tell) {
    const isIt = await isBound(content);
    tell(isIt ? "goods_bound" : "goods_other", isIt ? "passed" : "failed");
  },

  async open(content, tell, { file }) {
    if (!(await isBound(content))) return tell("goods_other", "failed");
    const found = await opened(content);
    if (found === null) return tell("goods_shut", "failed");
    tell("goods_opened", "passed", [link(file.name.replace(SEALED_NAME, ""), found, words.save_goods)]);
  },

  async prove(content, tell, { form, input }) {
    const field = form.elements.namedItem("ciphertext");
    field.value = "";
    const why = !(await isBound(content)) ? "goods_other" : (await opened(content)) !== null ? "key_opens" : "";
    input.setCustomValidity(why && words[why]);
    if (why) return tell(why, "failed");
    field.value = base64(content);
    tell("proof_holds", "passed");
  },
};

for (const tool of document.querySelectorAll("[data-tool]")) {
  tool.hidden = false;
  const [input, tell] = [tool.querySelector("input[type=file]"), teller(tool)];
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    tell("wait");
    await TOOLS[tool.dataset.tool](new Uint8Array(await file.arrayBuffer()), tell, { form: tool.closest("form"), file, input });
  });
}
document.body.dataset.goodsReady = "true";
