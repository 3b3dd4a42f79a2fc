// An open page stays true: it asks for the news, a few hundred bytes, and fetches itself only when there are some.
// It asks every 20 seconds ± 50 %, only where somebody looks. Nothing moves: the new page stands where the old one stood.
const STALE = 180_000; // what is written is renewed every minute; three of them are a sign
const live = () => document.querySelector("#live[data-version]");
let asOf; // the time of what is shown
let skew = 0; // how far this device's clock is behind the server's

async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new Error(answer.status);
  const date = Date.parse(answer.headers.get("Date"));
  if (date) skew = date - Date.now();
  return answer;
}

async function renew() {
  if (!live()) return;
  const news = await (await ask(live().dataset.now)).json();
  if (news.version === live().dataset.version) asOf = Date.parse(news.as_of);
  else await replace(new DOMParser().parseFromString(await (await ask(location.pathname + location.search)).text(), "text/html"));
}

function replace(page) {
  const fresh = page.querySelector("#live[data-version]");
  if (!fresh || fresh.querySelector("[data-whole]")) return; // what somebody has narrowed stays narrowed
  const focused = live().contains(document.activeElement) ? document.activeElement.id : "";
  live().replaceWith(document.adoptNode(fresh));
  htmx.process(live());
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  asOf = undefined;
}

function age() {
  const place = live()?.querySelector("[data-as-of]");
  if (!place) return;
  asOf ??= Date.parse(place.dataset.asOf);
  const minutes = Math.floor((Date.now() + skew - asOf) / 60_000);
  const words = place.querySelector("[data-stale]");
  words.hidden = minutes * 60_000 < STALE;
  if (words.hidden) return;
  const [count, unit] = minutes < 120 ? [minutes, "minute"] : minutes < 2880 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
  const said = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
  words.textContent = ` ${words.dataset.stale.replace("{age}", said)}`;
}

async function look() {
  if (document.visibilityState !== "visible") return;
  await renew().catch(() => {});
  age();
}

let waiting;
function again() {
  clearTimeout(waiting);
  if (document.visibilityState === "visible") waiting = setTimeout(() => look().then(again), 20_000 * (0.5 + Math.random()));
}

if (live()) {
  again();
  age();
  setInterval(age, 15_000);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? look().then(again) : again()));
  // At T everybody looks at once; nobody asks at once.
  document.addEventListener("countdown-over", () => setTimeout(look, 1_000 + 4_000 * Math.random()));
}
