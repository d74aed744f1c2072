// Loads the editor's bundle from this app's own static files and hands every draw to it. Where it cannot be loaded,
// Python is told and shows a plain text box in its place.
export default function (component) {
  import(new URL("app/static/sql_editor.js", window.location.href).href).then(
    (bundle) => bundle.default(component),
    () => component.setStateValue("broken", true),
  );
}
