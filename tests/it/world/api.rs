//! The hub's JSON API with a token, as a script uses it.

use serde_json::Value;

use super::form::Form;
use super::hub::Hub;

#[derive(Debug)]
pub struct Api {
    hub: String,
    token: String,
    http: reqwest::Client,
}

impl Api {
    pub fn of(hub: &Hub, role: &str) -> Self {
        Self { hub: hub.address(), token: hub.token(role), http: reqwest::Client::new() }
    }

    /// The answer to a question that is allowed, not read yet.
    pub async fn open(&self, path: &str) -> reqwest::Response {
        let answer = self.http.get(format!("{}{path}", self.hub)).bearer_auth(&self.token).send().await;
        let answer = answer.expect("the hub answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        self.open(path).await.json().await.expect("JSON")
    }

    /// Sends a form of a page as a browser would; gives the page that comes back.
    pub async fn submit(&self, path: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let page = self.open(path).await.text().await.expect("text");
        let form = Form::with_action(&page, action);
        let address = format!("{}{}", self.hub, form.action);
        let asked = self.http.post(address).bearer_auth(&self.token).header("sec-fetch-site", "same-origin");
        let answer = asked.form(&form.filled(fields)).send().await.expect("the hub answers");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert!(status.is_success(), "{path}: {status}\n{text}");
        text
    }

    pub async fn post(&self, path: &str, sent: &Value, wanted: u16) -> Value {
        let asked = self.http.post(format!("{}{path}", self.hub)).bearer_auth(&self.token).json(sent);
        let answer = asked.send().await.expect("the hub answers");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert_eq!(status, wanted, "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}
