// Keeps every countdown true. The server has already written it; the words come from the browser's own language data.
const language = document.documentElement.lang;
const said = (count, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);

function howLong(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return said(Math.round(minutes / 1440), "day");
  if (hours) return minutes % 60 ? `${said(hours, "hour")} ${said(minutes % 60, "minute")}` : said(hours, "hour");
  if (minutes >= 10) return said(minutes, "minute");
  if (minutes) return `${said(minutes, "minute")} ${said(seconds % 60, "second")}`;
  return said(seconds, "second");
}

function tick() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    const left = Date.parse(clock.dateTime) - Date.now();
    const words = howLong(left);
    if (clock.textContent !== words) clock.textContent = words;
    if (left <= 0 && !clock.dataset.over) {
      clock.dataset.over = "yes";
      document.dispatchEvent(new Event("countdown-over"));
    }
  }
}

if (document.querySelector("[data-countdown]")) {
  tick();
  setInterval(tick, 1000);
}
