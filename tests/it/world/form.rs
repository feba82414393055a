//! A form read off a page and sent back, as a browser without scripts does it.

use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    values: BTreeMap<String, String>,
}

impl Form {
    /// The first form whose action ends with `action`.
    pub fn with_action(page: &str, action: &str) -> Self {
        let found = page.split("<form").skip(1).find_map(|part| {
            let (tag, inside) = part.split_once('>')?;
            let target = attribute(tag, "action")?;
            target.ends_with(action).then(|| (target, inside.split("</form").next().unwrap_or(inside)))
        });
        let (action, inside) = found.unwrap_or_else(|| panic!("no form with action …{action} on\n{page}"));
        let values = inside.split("<input").skip(1).filter_map(|part| {
            let tag = part.split_once('>')?.0;
            Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
        });
        let mut values: BTreeMap<String, String> = values.collect();
        // Enter presses the form's first button, which then has its say too.
        if let Some(tag) = inside.split("<button").nth(1).and_then(|part| Some(part.split_once('>')?.0))
            && let Some(name) = attribute(tag, "name")
        {
            values.insert(name, attribute(tag, "value").unwrap_or_default());
        }
        Self { action, values }
    }

    /// Its own values, with some of them filled in by hand.
    pub fn filled(mut self, fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        for (name, value) in fields {
            self.values.insert((*name).to_owned(), (*value).to_owned());
        }
        self.values
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split('"').next()?.replace("&amp;", "&").replace("&quot;", "\"").replace("&#38;", "&"))
}

#[test]
fn a_form_is_read_with_what_it_holds() {
    let page = r#"<form method="post" action="/a/pay"><input type="hidden" name="basket" value="7"><input name="tendered">
        <button name="kind" value="cash"></button><button name="kind" value="card"></button></form>"#;
    let form = Form::with_action(page, "/pay");
    let wanted =
        [("basket", "7"), ("kind", "cash"), ("tendered", "20")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(form.action, "/a/pay");
    assert_eq!(form.filled(&[("tendered", "20")]), BTreeMap::from(wanted));
}
