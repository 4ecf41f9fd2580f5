import "./components/pass-key.js";
