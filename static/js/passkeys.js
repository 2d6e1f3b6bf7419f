/* Passkeys: a button with data-passkey="create" or "get" asks the device, puts its answer into the form's field `credential`, and sends the form.
   What to ask comes from the JSON in the element data-options, or from data-options-url. Without scripts the buttons stay hidden. */
const toBytes = (words) => Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toWords = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function ask(button) {
  if (button.dataset.optionsUrl) {
    const response = await fetch(button.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return (await response.json()).request_options.publicKey;
  }
  const data = JSON.parse(document.getElementById(button.dataset.options).textContent);
  return (data.creation_options ?? data.request_options).publicKey;
}

async function create(options, form) {
  const alone = form.elements.passwordless;
  const selection = { ...options.authenticatorSelection };
  if (alone) {
    selection.residentKey = alone.checked ? "required" : "discouraged";
    selection.requireResidentKey = alone.checked;
    if (alone.checked) selection.userVerification = "required";
  }
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

function get(options) {
  return navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) },
  });
}

function asJson(credential) {
  const { id, type, rawId, authenticatorAttachment, response } = credential;
  const answer = { clientDataJSON: toWords(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) answer[name] = toWords(response[name]);
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({ id, type, rawId: toWords(rawId), authenticatorAttachment, response: answer, clientExtensionResults: credential.getClientExtensionResults() });
}

function prepare(button) {
  const form = button.form;
  const problem = form.querySelector("[data-passkey-problem]");
  form.querySelector("[data-passkey-without]").hidden = true;
  button.hidden = false;
  form.addEventListener("submit", (event) => { // the Enter key in a field
    event.preventDefault();
    button.click();
  });
  button.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      const options = await ask(button);
      form.elements.credential.value = asJson(await (button.dataset.passkey === "create" ? create(options, form) : get(options)));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}

if (window.PublicKeyCredential) for (const button of document.querySelectorAll("[data-passkey]")) prepare(button);
