import "@github/relative-time-element/define";
import "./htmx.js";
import "./toasts.js";
import "./theme-switch.js";
import "./menus.js";
import "./components/member-chip.js";
import "./components/points-counter.js";
import "./components/live-stream.js";
import "./components/topic-live.js";
import "./components/topic-poll.js";
import "./components/badge-moment.js";
import "./components/story-end.js";
import "./components/report-dialog.js";
import "./components/search-box.js";
import "./live.js";
import "./chat-beside.js";

// The other two modules import these from app.js, so that a page has one socket and one htmx.
export { connect } from "./socket.js";
export { htmx } from "./htmx.js";
export { applyFragment, fold, isFolded, morph, parse, personalise } from "./fragments.js";
export { csrfToken, post } from "./request.js";
export { showPrepared, showToast } from "./toasts.js";
