//! Another agent's program on this machine, which has the till's file open.

use reqwest::{Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{answer, why};
use super::{CallError, encode, http_client};

/// Another process of this machine that has the till's file open: its local API.
#[derive(Debug)]
pub struct Neighbour {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Neighbour {
    pub fn new(address: &str) -> Result<Self, CallError> {
        let http = http_client()?;
        Ok(Self { http, base: format!("http://{address}"), token: None })
    }

    /// With the token that its settings want.
    #[must_use]
    pub fn with_token(self, token: Option<String>) -> Self {
        Self { token, ..self }
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        self.send(Method::GET, path, None).await
    }

    pub async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, CallError> {
        self.send(Method::POST, path, Some(("application/json", encode(body)?))).await
    }

    pub async fn post_xml<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, CallError> {
        self.send(Method::POST, path, Some(("application/xml", body))).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<T, CallError> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((kind, bytes)) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(bytes);
        }
        answer(request.send().await.map_err(|e| CallError::Offline(why(&e)))?).await
    }
}
