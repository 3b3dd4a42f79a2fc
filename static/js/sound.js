// A short tone when one more post waits for a person, or STOP is pressed. Off until somebody asks for it.
const button = document.getElementById("sound");
let room = null;
let before = null;

function told() {
  const wall = document.getElementById("wall");
  return { waits: Number(wall.dataset.waits), stopped: "stopped" in wall.dataset };
}

function tone() {
  const voice = room.createOscillator();
  const loudness = room.createGain();
  voice.frequency.value = 660;
  loudness.gain.setValueAtTime(0.2, room.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, room.currentTime + 0.6);
  voice.connect(loudness).connect(room.destination);
  voice.start();
  voice.stop(room.currentTime + 0.6);
}

button.hidden = false;
button.addEventListener("click", () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  before = on ? told() : null;
  if (!on) return;
  room ??= new AudioContext(); // browsers allow it only after a press
  tone(); // so that one knows how it sounds, and that it does
});

document.addEventListener("htmx:afterSettle", () => {
  if (!before) return;
  const now = told();
  if (now.waits > before.waits || (now.stopped && !before.stopped)) tone();
  before = now;
});
