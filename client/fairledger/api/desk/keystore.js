// The person's key in this browser, one for each organisation. No script can read it, this one included: it only signs.
// What is kept: {organization, privateKey (CryptoKey), certificate (PEM), mspId, name, role, gln, notAfter}.

const STORE = "keys";

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function stored(mode, work) {
  const asked = indexedDB.open("fairledger", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "organization" });
  const database = await finished(asked);
  try {
    return await finished(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export const newKeys = () => crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
export const keep = (held) => stored("readwrite", (store) => store.put(held));
export const find = (organization) => stored("readonly", (store) => store.get(organization));
export const forget = (organization) => stored("readwrite", (store) => store.delete(organization));
