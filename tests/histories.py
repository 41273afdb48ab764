"""Two synthetic histories, unlike in kind: LEARNING (Dutch, yearly, tables by colour) and ENERGY (English, at uneven
intervals, options joined, a question that returns, items, decimals that change, an edition ahead of its catalogue).
"""

from __future__ import annotations

from pipeline.catalogue.model import Break, Study
from tests.history import Asked, Choice, History, Net, Revision, Text, group


def _choices(**labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(id_.replace("_", "-"), label) for id_, label in labels.items())


def _learning_order(edition: str, asked: list[Asked]) -> list[Asked]:
    return asked if edition < "2023" else [*asked[2:], *asked[:2]]


LEARNING = History(
    study=Study(
        id="synthetic",
        title={"nl": "Leren in organisaties", "en": "Learning in organisations"},
        languages=("nl", "en"),
        decimal_mark=",",
        figure_words=("Figuur",),
        groups=(
            group("business", "L&D-afdelingen", "L&D departments", "#5b2a86"),
            group("providers", "Aanbieders", "Providers", "#3f8f3a"),
            group("employees", "Werknemers", "Employees", "#c05a12"),
        ),
    ),
    editions=("2019", "2020", "2021", "2022", "2023", "2024"),
    group_since={"employees": "2023"},
    order=_learning_order,
    questions=(
        Asked(
            "team-size",
            "single",
            (Text("2019", "Hoeveel medewerkers telt het team in voltijdse banen?"),),
            _choices(small="Minder dan 1 VTE", middle="1 tot 4 VTE", large="5 tot 9 VTE", huge="10 of meer VTE"),
            ("business",),
        ),
        Asked(
            "provider-size",
            "single",
            (Text("2019", "Hoeveel opleiders heeft je bureau in dienst?"),),
            _choices(
                one="1 (zelfstandige)", few="2 tot 4 opleiders", some="5 tot 9 opleiders", many="10 opleiders of meer"
            ),
            ("providers",),
            net=Net(
                "five-plus",
                "5 tot 9 opleiders + 10 opleiders of meer",
                ("some", "many"),
                waves_before="2022",
                merged_cell=True,
            ),
        ),
        Asked(
            "technology",
            "single",
            (
                Text("2019", "Maakt je organisatie gebruik van technologie om te leren?"),
                Text("2022", "Hoe vaak zetten jullie leertechnologie in bij opleidingen?"),
            ),
            _choices(
                no="Neen, zeker niet", rather_no="Neen, eerder niet", rather_yes="Ja, eerder wel", yes="Ja, zeker wel"
            ),
            ("business", "providers", "employees"),
        ),
        Asked(
            "outlook",
            "single",
            (Text("2019", "Zullen de middelen voor opleiding volgend jaar veranderen?"),),
            (*_choices(down="dalen", same="gelijk blijven", up="stijgen"), Choice("unknown", "weet ik niet", "2023")),
            ("business", "providers"),
            waves=1,
        ),
        Asked(
            "reasons",
            "multiple",
            (Text("2019", "Wat zijn de drie belangrijkste redenen om technologie te gebruiken?"),),
            _choices(
                reach="Groter bereik",
                time="Tijdswinst",
                cost="Kostenreductie",
                quality="Hogere kwaliteit",
                fun="Meer engagement",
            ),
            ("business", "providers", "employees"),
        ),
        Asked(
            "spend",
            "single",
            (Text("2019", "Hoeveel geeft je organisatie per persoon uit aan opleiding?"),),
            _choices(low="Minder dan € 250", medium="Tussen € 250 en 750", high="Meer dan € 750"),
            ("business",),
            waves=4,
        ),
        Asked(
            "labels",
            "multiple",
            (Text("2019", "Welke kwaliteitslabels bezit je bureau?"),),
            _choices(qfor="Qfor", cedeo="Cedeo", iso="ISO 9001"),
            ("providers",),
            until="2023",
        ),
        Asked(
            "agenda",
            "multiple",
            (Text("2019", "Wat staat bovenaan de agenda voor de komende twaalf maanden?"),),
            _choices(retain="Medewerkers behouden", attract="Medewerkers aantrekken", comply="Verplichte opleidingen"),
            ("business", "providers"),
            since="2021",
        ),
        Asked(
            "importance",
            "mean_score",
            (Text("2019", "Hoe belangrijk is elk kenmerk bij de aankoop, op een schaal van 1 tot 7?"),),
            _choices(content="De inhoud", price="De prijs", trainer="De reputatie van de trainer"),
            ("business",),
            decimals=2,
        ),
    ),
    revisions=(
        Revision("2022", "team-size", "2021", "middle", 2),
        Revision("2022", "team-size", "2021", "large", -2),
        Revision("2023", "team-size", "2022", "small", 0.4, decimals=1),
    ),
    breaks=(Break(question="reasons", from_wave="2021", reason="mode", note="asked on line"),),
    planted={
        "source-revision": {
            ("2022", "team-size", "business", "2021", "middle"),
            ("2022", "team-size", "business", "2021", "large"),
        },
        "source-revision-rounding": {("2023", "team-size", "business", "2022", "small")},
        "source-break": {
            ("2022", "technology", "2022", "wording", "business"),
            ("2022", "technology", "2022", "wording", "providers"),
            ("2023", "outlook", "2023", "options", "business"),
            ("2023", "outlook", "2023", "options", "providers"),
            ("2021", "reasons", "2021", "mode", "business"),
            ("2021", "reasons", "2021", "mode", "providers"),
        },
        "source-options-changed": {("2022", "provider-size"), ("2023", "outlook")},
        "source-question-new": {("2021", "agenda")},
        "source-question-dropped": {("2023", "labels")},
        "source-wave-dropped": {("2023", "spend", "2022")},
    },
)


def _energy_order(edition: str, asked: list[Asked]) -> list[Asked]:
    turn = int(edition) % 4
    return [*asked[turn:], *asked[:turn]]


ENERGY = History(
    study=Study(
        id="energy",
        title={"en": "Energy at home"},
        languages=("en",),
        decimal_mark=".",
        figure_words=("Figure",),
        groups=(
            group("owners", "Eigenaars", "Home owners", "#1b6ca8"),
            group("tenants", "Huurders", "Tenants", "#c8553d"),
            group("farms", "Boeren", "Farmers", "#6a8d2f"),
        ),
    ),
    editions=("2015", "2016", "2018", "2019", "2021", "2023"),
    group_since={"farms": "2021"},
    order=_energy_order,
    questions=(
        Asked(
            "heating",
            "single",
            (Text("2015", "How is your home mainly heated?"),),
            _choices(gas="Natural gas", oil="Heating oil", wood="Wood or pellets", pump="Heat pump"),
            ("owners", "tenants", "farms"),
            net=Net("oil-wood", "Heating oil, wood or pellets", ("oil", "wood"), editions_from="2021"),
        ),
        Asked(
            "insulation",
            "single",
            (Text("2015", "How well is your home insulated?"),),
            _choices(full="Roof and walls", roof="Roof only", walls="Walls only", none="Neither", unknown="Don't know"),
            ("owners", "tenants"),
            waves=2,
            decimals=1,
            net=Net("part", "Roof or walls", ("roof", "walls"), waves_before="2018"),
        ),
        Asked(
            "obstacles",
            "multiple",
            (Text("2015", "What keeps you from renovating? (up to three answers)"),),
            (
                *_choices(cost="Too expensive", time="No time", knowledge="Not enough knowledge"),
                Choice("permits", "Slow permits", "2019"),
                Choice("builders", "No builders available", "2023", known=False),
                Choice("other", "Other"),
            ),
            ("owners", "tenants", "farms"),
            waves=2,
        ),
        Asked(
            "satisfaction",
            "single",
            (
                Text("2015", "How satisfied are you with your energy supplier?"),
                Text("2018", "Overall, how would you rate your electricity and gas company?"),
                Text("2023", "Thinking of the firm that sells you power, what is your verdict?", known=False),
            ),
            _choices(
                very_dissatisfied="Very dissatisfied",
                dissatisfied="Dissatisfied",
                satisfied="Satisfied",
                very_satisfied="Very satisfied",
            ),
            ("owners", "tenants"),
            waves=2,
        ),
        Asked(
            "measures",
            "single",
            (Text("2015", "Which measures have you taken, and which do you plan?"),),
            _choices(done="Already done", planned="Planned", not_planned="Not planned"),
            ("owners",),
            waves=1,
            items=(("solar", "Solar panels"), ("glazing", "Double glazing"), ("boiler", "Condensing boiler")),
        ),
        Asked(
            "outlook",
            "single",
            (Text("2015", "Will your energy bill change in the next twelve months?"),),
            (*_choices(lower="It will be lower", same="It will stay the same", higher="It will be higher"),
             Choice("unsure", "I cannot say", "2023")),
            ("owners", "tenants"),
            waves=1,
            missing=("2018", "2019"),
        ),
        Asked(
            "car",
            "single",
            (Text("2018", "Do you plan to buy an electric car within two years?"),),
            _choices(yes="Yes", no="No", maybe="Perhaps"),
            ("owners", "tenants"),
            waves=2,
            since="2018",
        ),
        Asked(
            "bike",
            "single",
            (Text("2023", "Do you plan to buy an electric bike within two years?"),),
            _choices(yes="Yes", no="No", maybe="Perhaps"),
            ("owners", "tenants"),
            waves=1,
            since="2023",
            known=False,
        ),
        Asked(
            "meter",
            "single",
            (
                Text("2015", "Does your home have a smart meter?"),
                Text("2019", "Does your home have a ‘smart’ meter?", listed=False),
            ),
            _choices(yes="Yes", no="No"),
            ("owners", "tenants"),
            until="2023",
        ),
        Asked(
            "criteria",
            "mean_score",
            (Text("2015", "How important is each of these when you choose a supplier, from 1 to 5?"),),
            _choices(price="The price", green="Green power", service="The service desk"),
            ("owners", "tenants", "farms"),
            waves=2,
            decimals=1,
            scale="1-5",
        ),
    ),
    revisions=(
        Revision("2018", "heating", "2016", "gas", 3, "owners"),
        Revision("2018", "heating", "2016", "pump", -3, "owners"),
        Revision("2019", "insulation", "2018", "full", 0, "tenants", decimals=0),
        Revision("2023", "criteria", "2021", "green", 0.3, "tenants"),
    ),
    breaks=(
        Break(question="heating", from_wave="2019", reason="base", group="tenants", note="social housing included"),
        Break(question="criteria", from_wave="2018", reason="mode", note="asked by telephone before"),
    ),
    planted={
        "source-revision": {
            ("2018", "heating", "owners", "2016", "gas"),
            ("2018", "heating", "owners", "2016", "pump"),
            ("2023", "criteria", "tenants", "2021", "green"),
        },
        "source-revision-rounding": {("2019", "insulation", "tenants", "2018", "full")},
        "source-break": {
            ("2018", "satisfaction", "2018", "wording", "owners"),
            ("2018", "satisfaction", "2018", "wording", "tenants"),
            ("2023", "outlook", "2023", "options", "owners"),
            ("2023", "outlook", "2023", "options", "tenants"),
            ("2019", "heating", "2019", "base", "tenants"),
            ("2018", "criteria", "2018", "mode", "owners"),
            ("2018", "criteria", "2018", "mode", "tenants"),
        },
        "source-options-changed": {
            ("2021", "heating"), ("2018", "insulation"), ("2019", "obstacles"), ("2023", "outlook"),
        },
        "source-question-new": {("2018", "car")},
        "source-question-dropped": {("2018", "outlook"), ("2023", "meter")},
        "source-wave-dropped": {("2019", "heating", "2018"), ("2021", "criteria", "2019")},
        "catalogue-suggestion": {("2023", "satisfaction"), ("2023", "car")},
    },
)  # fmt: skip

HISTORIES = (LEARNING, ENERGY)
