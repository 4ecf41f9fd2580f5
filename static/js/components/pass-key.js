/** Bytes travel as base64url in JSON; browsers that speak that themselves are few still. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => list?.map((entry) => ({ ...entry, id: bytes(entry.id) }));

function forCreate({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: described(publicKey.excludeCredentials),
      // A passkey: kept by the device, and shown only after it has checked who holds it.
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  };
}

function forGet({ publicKey }) {
  return { publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: described(publicKey.allowCredentials) } };
}

function plain(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}

/** A form whose field `credential` the device fills in. data-act: create, get, or login (asks for its options first). */
class PassKey extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!window.PublicKeyCredential) {
      this.show("[data-unable]");
      return;
    }
    this.hidden = false;
    this.form.addEventListener("submit", (event) => {
      if (this.form.elements.credential.value) return;
      event.preventDefault();
      this.ask();
    });
  }

  async ask() {
    const button = this.form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    this.querySelector("[data-problem]")?.setAttribute("hidden", "");
    try {
      this.form.elements.credential.value = JSON.stringify(plain(await this.credential()));
      this.form.submit();
    } catch {
      this.show("[data-problem]");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async credential() {
    const { act, optionsUrl, options } = this.dataset;
    if (act === "create") return navigator.credentials.create(forCreate(JSON.parse(document.getElementById(options).textContent).creation_options));
    if (act === "get") return navigator.credentials.get(forGet(JSON.parse(document.getElementById(options).textContent).request_options));
    const answer = await fetch(optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return navigator.credentials.get(forGet((await answer.json()).request_options));
  }

  show(part) {
    this.querySelector(part)?.removeAttribute("hidden");
  }
}
customElements.define("pass-key", PassKey);
