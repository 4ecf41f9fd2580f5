// The button beside a secret at the desk of keys, in Wagtail's admin.
import "./components/copy-text.js";
