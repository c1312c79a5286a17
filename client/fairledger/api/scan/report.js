// Counts this scan without leaving the page. What leaves the device is the tag's link and a field of some 150 km, never a place.
"use strict";

const form = document.getElementById("report-form");

// The geohash of three characters that a place lies in: longitude and latitude are halved in turn, longitude first.
function areaAt(latitude, longitude) {
  const bounds = { latitude: [-90, 90], longitude: [-180, 180] };
  const place = { latitude, longitude };
  let bits = 0;
  for (let position = 0; position < 15; position++) {
    const axis = position % 2 ? "latitude" : "longitude";
    const middle = (bounds[axis][0] + bounds[axis][1]) / 2;
    const upper = place[axis] >= middle;
    bounds[axis][upper ? 0 : 1] = middle;
    bits = bits * 2 + Number(upper);
  }
  return [10, 5, 0].map((shift) => "0123456789bcdefghjkmnpqrstuvwxyz"[(bits >> shift) & 31]).join("");
}

async function report(area) {
  const result = document.getElementById("report-result");
  const link = form.elements.namedItem("link").value;
  const body = JSON.stringify({ link, area });
  const headers = { "Content-Type": "application/json", "Idempotency-Key": form.elements.namedItem("key").value };
  try {
    const answer = await fetch("/trace/scans", { method: "POST", headers, body });
    result.textContent = answer.ok ? form.dataset.thanks : form.dataset.failed;
    for (const button of form.querySelectorAll("button")) button.disabled = answer.ok;
  } catch {
    result.textContent = form.dataset.failed;
  }
}

if (form) {
  const locate = document.getElementById("report-locate");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    report(form.elements.namedItem("area").value);
  });
  if ("geolocation" in navigator) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      const found = (position) => report(areaAt(position.coords.latitude, position.coords.longitude));
      const failed = () => (document.getElementById("report-result").textContent = form.dataset.failed);
      navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: false, maximumAge: 3_600_000 });
    });
  }
}
