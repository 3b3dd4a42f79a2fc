// Says in words what a passkey's own dialogue leaves unsaid: cancelled, failed, not known here.
const show = (mark) => document.querySelectorAll(`[${mark}]`).forEach((one) => (one.hidden = false));
const hide = (mark) => document.querySelectorAll(`[${mark}]`).forEach((one) => (one.hidden = true));

if (!window.PublicKeyCredential) show("data-no-passkey");
document.addEventListener("click", () => hide("data-passkey-trouble"), { capture: true });
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show("data-passkey-trouble");
});
