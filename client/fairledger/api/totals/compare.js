// Asks two organisations what is in circulation, and compares: totals that differ as of the same block are a lie of one of them.
"use strict";

const section = document.getElementById("comparison");
const button = document.getElementById("compare-button");
const result = document.getElementById("compare-result");
const words = JSON.parse(section.dataset.words);
const witnesses = JSON.parse(section.dataset.witnesses);

const said = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

async function told([name, address]) {
  const answer = await fetch(`${address}/escrow/circulation`);
  if (!answer.ok) throw new Error(String(answer.status));
  return { name, block: answer.headers.get("Fairledger-Block"), totals: JSON.stringify(await answer.json()) };
}

function tell(name, style, values) {
  result.className = style;
  result.textContent = said(name, values);
}

async function compare() {
  tell("running", "");
  const answers = await Promise.allSettled(witnesses.map(told));
  const silent = answers.findIndex((each) => each.status === "rejected");
  if (silent >= 0) return tell("no_answer", "failed", { one: witnesses[silent][0] });
  const [one, other] = answers.map((each) => each.value);
  const values = { one: one.name, block: one.block, other: other.name, other_block: other.block };
  if (one.totals === other.totals) return tell("same", "passed", values);
  return one.block === other.block ? tell("differ", "failed", values) : tell("moving", "", values);
}

document.querySelectorAll(".script").forEach((each) => {
  each.hidden = false;
});
button.addEventListener("click", async () => {
  button.disabled = true;
  await compare();
  button.disabled = false;
});
