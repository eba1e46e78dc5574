//! Drives a headless Chromium through its debugging pipe, which carries JSON messages that each end with a NUL byte.
#![allow(dead_code)] // each test file uses only some of the functions
#![allow(clippy::unwrap_used, clippy::panic)] // test helpers are not marked as tests
#![allow(clippy::print_stderr)] // skipped tests print a message

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// The possible names of the browser's executable.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser with one open page.
pub(crate) struct Browser {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: Option<String>,
    next: u64,
    /// Requests, dialogs and errors caused by the page. A report must not cause any.
    pub misdeeds: Vec<String>,
    _profile: TempDir,
}

/// Starts a browser. If none is installed, fails in CI on Linux, and elsewhere prints that the test was skipped.
pub(crate) fn start() -> Option<Browser> {
    let name = NAMES
        .iter()
        .find(|name| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok());
    let Some(name) = name else {
        let must = cfg!(target_os = "linux") && std::env::var_os("CI").is_some();
        assert!(!must, "Chromium is not installed, but CI must test the page");
        eprintln!("\n*** NOT RUN: Chromium is not installed, so the HTML report was not tested ***\n");
        return None;
    };
    let profile = tempfile::tempdir().unwrap();
    // The browser reads from file descriptor 3 and writes to file descriptor 4.
    let mut child = Command::new("sh")
        .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", name])
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("about:blank")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut browser = Browser { child, input, output, session: None, next: 0, misdeeds: Vec::new(), _profile: profile };
    let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
    let attached = browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
    browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
    for domain in ["Page", "Runtime", "Network", "Log"] {
        browser.call(&format!("{domain}.enable"), json!({}));
    }
    Some(browser)
}

impl Browser {
    /// Sends a command and returns its answer. Records misdeeds that the browser reports in the meantime.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        self.input.flush().unwrap();
        loop {
            let mut bytes = Vec::new();
            assert!(self.output.read_until(0, &mut bytes).unwrap() > 0, "the browser has exited");
            bytes.pop();
            let answer: Value = serde_json::from_slice(&bytes).unwrap();
            if answer["id"] == self.next {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.record_misdeed(&answer);
        }
    }

    fn record_misdeed(&mut self, event: &Value) {
        let params = &event["params"];
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let url = params["request"]["url"].as_str().unwrap_or_default();
                if !url.starts_with("file://") || params["type"] != "Document" {
                    self.misdeeds.push(format!("a request to {url}"));
                }
            }
            Some("Runtime.exceptionThrown") => self.misdeeds.push(format!("an exception: {params}")),
            Some("Runtime.consoleAPICalled") if params["type"] == "error" => {
                self.misdeeds.push(format!("a console error: {params}"));
            }
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => {
                self.misdeeds.push(format!("a logged error: {params}"));
            }
            Some("Page.javascriptDialogOpening") => self.misdeeds.push(format!("a dialog: {params}")),
            _ => {}
        }
    }

    /// Sets the size of the viewport.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Sets the preferred colour scheme.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// Opens a file and waits until the page reports that it is ready. Returns the time taken, in milliseconds.
    pub(crate) fn open(&mut self, file: &Path) -> f64 {
        self.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        for _ in 0..600 {
            if self.eval("document.documentElement?.dataset.ready === '1' && location.protocol === 'file:'") == true {
                return self.eval("performance.now()").as_f64().unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the page was not ready after 30 seconds");
    }

    /// Evaluates an expression on the page and returns its value.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Evaluates an expression on the page and returns its value as text; empty if the value is not a string.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        self.eval(expression).as_str().unwrap_or_default().to_owned()
    }

    /// Presses a key; a single character is typed.
    pub(crate) fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowDown" => 40,
            "Tab" => 9,
            _ => 0,
        };
        let text = if key == "Enter" {
            "\r"
        } else if key.len() == 1 {
            key
        } else {
            ""
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Saves a screenshot of the page to the folder in `ALIBI_SCREENSHOTS`, for manual review.
    pub(crate) fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("ALIBI_SCREENSHOTS") else { return };
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let png = data_encoding::BASE64.decode(shot["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
