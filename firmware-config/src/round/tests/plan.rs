use super::*;

#[test]
fn a_plan_says_what_each_setting_needs() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("zebra-ssi-raw").unwrap();
    let device = Device::new(profile).unwrap();
    let wanted = Settings::parse(
        "[every]\nsuffix = 'cr'\ncode_id = 'aim'\ncode_128 = true\ngs1_128 = false\nexpand_upc_e = true\ntrigger = 'button'",
    )
    .unwrap()
    .wanted("zebra-ssi-raw");
    let found = Reading::from([
        (Setting::CodeId, Found::Word("aim".to_owned())),
        (Setting::Code128, Found::Other("0877".to_owned())),
        (Setting::Gs1128, Found::Unknown),
        (Setting::ExpandUpcE, Found::Silent),
    ]);
    let plan = Plan::new(&device, 9_600, &found, &wanted);
    let said: Vec<(&str, Verdict, bool)> =
        plan.steps.iter().map(|step| (step.setting.name(), step.verdict, step.is_due())).collect();
    assert_eq!(
        said,
        [
            ("suffix", Verdict::NoBytes, false),
            ("code_id", Verdict::Same, false),
            ("trigger", Verdict::NoBytes, false),
            ("code_128", Verdict::Differs, true),
            ("gs1_128", Verdict::NotKnown, false),
            ("expand_upc_e", Verdict::Unclear, true),
        ]
    );
    let bytes = |of: fn(&Step) -> &Option<String>| of(&plan.steps[3]).clone().unwrap();
    assert_eq!(bytes(|step| &step.volatile), "07C60400FF0801FE27");
    assert_eq!(bytes(|step| &step.stored), "07C60408FF0801FE1F");
    assert!(!plan.is_empty() && Plan::new(&device, 9_600, &found, &Wanted::new()).is_empty());
    let plain = registry.get("generic-serial").unwrap();
    assert_eq!(Device::new(plain).unwrap_err(), RoundError::NoDialect("generic-serial".to_owned()));
}

/// Where a profile says that a setting is not answered, its silence is no trouble: it is said once.
#[test]
fn what_a_profile_says_is_not_answered_is_said_once() {
    let registry = Registry::built_in().unwrap();
    let mut profile = registry.get("zebra-ssi-raw").unwrap().clone();
    for (expect, outcome) in [(None, Outcome::Silent), (Some(crate::dialect::Expect::Nothing), Outcome::Said)]
    {
        profile.settings.get_mut(&Setting::Code128).unwrap().expect = expect;
        let mut cable = cable(&profile, Some(Fault { kind: FaultKind::ReplyLost, at: None }));
        let begun = cable.now();
        let command = &profile.settings[&Setting::Code128];
        let write = crate::dialect::Request::Write(&command.values["on"], crate::dialect::Storage::Volatile);
        let device = Device::new(&profile).unwrap();
        assert_eq!(exchange(&mut cable, &device, Some(command), &write), Ok(outcome), "{expect:?}");
        assert_eq!(cable.device().memory().word(Setting::Code128).as_deref(), Some("on"));
        assert_eq!(cable.now() == begun, expect.is_some(), "{expect:?}");
    }
}
