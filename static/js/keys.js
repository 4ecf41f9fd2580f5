import "./components/copy-text.js";
import "./components/pass-key.js";
