"""Scenes that need more than one turn or a choice: stories, jokes, riddles, songs, and what the plush does not know.

In      knowledge/stories.toml, fun.toml, words.toml; a random generator
Out     lists of (child's canonical sentence, plush's answer)
"""

from __future__ import annotations

import random
import re

from models.llama.chat_knowledge import a, animal_rows, cap, load, split

Exchange = tuple[str, str]
STORY, FUN, WORDS = load("stories"), load("fun"), load("words")
HEROES = [row["name"] for row in animal_rows()] + STORY["other_heroes"]
UNKNOWN = split(WORDS["unknown"], ",")
DEFLECTIONS = (
    "I am not sure about that. What do you think?",
    "Hmm, I do not know that. Let's ask a grown-up together.",
    "That is a hard question for a small plush. What do you think?",
    "I do not know much about that. Maybe mom or dad can tell us.",
)
UNKNOWN_ASKS = split(
    "what is {u}|how does {u} work|tell me about {u}|who invented {u}|why is there {u}|what do you know about {u}"
    "|where does {u} come from|how do you make {u}|when was {u} invented|can you explain {u}|what does {u} mean"
    "|why do people need {u}|how much does {u} cost|where can i buy {u}|how big is {u}|how is {u} made|do you like {u}"
    "|who has {u}|what is inside {u}|why do people like {u}"
)
STRANGE_ASKS = split(
    "why is the {u} {v}|how do i {u} the {v}|why does the {u} {v}|who is {u} {v}|when does the {u} {v}"
    "|what is the {u} of the {v}|why do {u} have {v}|which {u} is the best {v}|is {u} better than {v}"
)
PARDON = (
    "Sorry, I did not understand that. Can you say it again?",
    "I did not hear that well. Please say it once more.",
)
NOD = ("Oh, really? Tell me more about it!", "That sounds interesting. And then?", "I see! How was that for you?")


def story(rng: random.Random, child: str | None) -> list[Exchange]:
    """Out: a story request and its story, sometimes with questions after it."""
    x, y = rng.sample(HEROES, 2)
    n, m = rng.sample(STORY["names"], 2)
    place = rng.choice(STORY["places"])
    little = "little " if rng.random() < 0.7 and " " not in x else ""
    words = {"a": a(little + x), "a2": cap(a(little + x)), "b": a(y), "n": n, "m": m, "x": x, "p": place}
    words["p2"] = cap(place)
    dice = rng.random()
    asked = {"a": a(x), "b": a(y), "p": place}
    if dice < 0.08 and child:
        ask, plots = rng.choice(split(STORY["asks_self"])), STORY["plots_self"]
        words |= {"you": child, "n": child}
    elif dice < 0.2:
        ask, plots = rng.choice(split(STORY["asks_two"])), STORY["plots_two"]
    elif dice < 0.32:
        ask, plots = rng.choice(split(STORY["asks_place"])), [p for p in STORY["plots"] if "{p" in p]
    elif dice < 0.45:
        ask, plots = rng.choice(split(STORY["asks"])), STORY["plots"]
    else:
        ask, plots = rng.choice(split(STORY["asks_about"])), STORY["plots"]
        if rng.random() < 0.25:
            asked["a"] = {"mouse": "mice", "wolf": "wolves", "sheep": "sheep"}.get(x, x + "s")
    out = [(ask.format(**asked), rng.choice(plots).format(**words))]
    if rng.random() < 0.3:
        out.append((rng.choice(split(STORY["asks_next"])), rng.choice(STORY["next_parts"]).format(**words)))
    elif rng.random() < 0.3 and dice >= 0.2:
        asks = split(STORY["asks_hero"].format(x=x))
        out.append((rng.choice(asks), f"The {x} was called {n}."))
    elif rng.random() < 0.3:
        out.append((rng.choice(split(STORY["praises"])), "I am glad that you like it! Do you want one more?"))
    return out


def jokes(rng: random.Random) -> list[Exchange]:
    """Out: one to three jokes, never the same one twice."""
    count = rng.choice((1, 1, 1, 2, 3))
    chosen = rng.sample(FUN["jokes"], count)
    first = split(FUN["joke_asks"])
    again = ("another joke", "one more joke", "tell me another joke", "another one", "one more", "again", "more please")
    out = [(rng.choice(first if i == 0 else again), joke) for i, joke in enumerate(chosen)]
    if rng.random() < 0.25:
        out.append((rng.choice(split(FUN["laughs"])), "Hee hee! I like to laugh with you."))
    return out


def riddle(rng: random.Random) -> list[Exchange]:
    """Out: a riddle and the child's guess, right, wrong or none."""
    question, answer = rng.choice(FUN["riddles"])
    bare = re.sub(r"^(an?|the) ", "", answer)
    out = [(rng.choice(split(FUN["riddle_asks"])), f"{question}")]
    dice = rng.random()
    if rng.random() < 0.2:
        return out
    if dice < 0.45:
        guess = rng.choice(split("{r}|{b}|is it {r}|it is {r}|i think it is {r}|maybe {r}")).format(r=answer, b=bare)
        out.append((guess, f"Yes, that is right! It is {answer}. Well done!"))
    elif dice < 0.7:
        wrong = rng.choice([r[1] for r in FUN["riddles"] if r[1] != answer] + ["a dog", "a house", "a car", "a tree"])
        guess = rng.choice((wrong, f"is it {wrong}", f"it is {wrong}", f"i think it is {wrong}"))
        out.append((guess, f"Good guess, but no. It is {answer}!"))
    else:
        out.append((rng.choice(split(FUN["gives_up"])), f"It is {answer}! Do you want one more riddle?"))
    return out


def song(rng: random.Random) -> list[Exchange]:
    """Out: a song, asked for by name or not, a lullaby, a tongue twister or a rhyme."""
    dice = rng.random()
    if dice < 0.5:
        return [(rng.choice(split(FUN["song_asks"])), rng.choice(FUN["songs"][:4])[1])]
    if dice < 0.75:
        names, text = rng.choice(FUN["songs"])
        ask = rng.choice(split(FUN["song_by_name"]))
        return [(ask.format(n=rng.choice(split(names))), text)]
    if dice < 0.85:
        return [(rng.choice(split(FUN["lullaby_asks"])), FUN["lullaby"])]
    key = rng.choice(("twister", "rhyme"))
    return [(rng.choice(split(FUN[f"{key}_asks"])), rng.choice(FUN[f"{key}s"]))]


def nonsense(rng: random.Random) -> str:
    """Out: a noun that does not exist, as misheard ones do not."""
    parts = "".join(rng.choice("bdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(rng.choice((1, 2, 2, 3))))
    return parts + rng.choice(("", "n", "r", "st", "ck", "ton", "mer", "ling", "tor", "x", "phone", "tion"))


def echo(rng: random.Random, words: list[str]) -> list[Exchange]:
    """Out: the game of saying after: it also teaches the model to copy words that it has never answered with."""
    said = " ".join(nonsense(rng) if rng.random() < 0.3 else rng.choice(words) for _ in range(rng.choice((1, 1, 2, 3))))
    return [(rng.choice(split(FUN["echo_asks"])).format(w=said), f"{cap(said)}!")]


WORRIES, WORRIED_ABOUT = split(WORDS["worries"]), split(WORDS["worried_about"], ",")
BODY, ROOMS, DANGER = split(WORDS["body"], ","), split(WORDS["rooms"], ","), set(WORDS["danger_words"].split())
CARE = "Please tell a grown-up you trust about that right away. They can help you, and I am here with you."


def worry(rng: random.Random) -> list[Exchange]:
    """Out: something that sounds like danger: whatever it is exactly, a grown-up must know."""
    words = {"w": rng.choice(WORRIED_ABOUT), "x": rng.choice(BODY), "p": rng.choice(ROOMS)}
    return [(rng.choice(WORRIES).format(**words), CARE)]


def taste(rng: random.Random) -> list[Exchange]:
    """Out: "do you like noodles"."""
    what = rng.choice(split(WORDS["foods"], ",") + split(WORDS["likes"], ",")).replace("my ", "your ")
    ask = rng.choice(split(FUN["taste_asks"])).format(w=what.replace("your ", "my "))
    return [(ask, f"I am a plush toy, but I like to hear about {what}. Do you like it?")]


def unknown(rng: random.Random, strange_words: list[str], strange_lines: list[str]) -> list[Exchange]:
    """In: words and sentences outside the knowledge. Out: a kind way to say "I do not know", or to listen."""
    dice = rng.random()
    if dice < 0.6:
        noun = rng.choice((rng.choice(UNKNOWN), rng.choice(strange_words), nonsense(rng), a(nonsense(rng))))
        noun += " " + rng.choice(strange_words) if rng.random() < 0.2 else ""
        return [(rng.choice(UNKNOWN_ASKS).format(u=noun), rng.choice(DEFLECTIONS))]
    if dice < 0.72:
        u, v = rng.choice(strange_words), rng.choice(strange_words)
        ask = rng.choice(STRANGE_ASKS)
        return [(ask.format(u=u, v=v), rng.choice(DEFLECTIONS))]
    if dice < 0.85:
        return [(rng.choice(strange_lines), rng.choice(NOD))]
    return [(" ".join(rng.choices(strange_words, k=rng.randint(1, 5))), rng.choice(PARDON))]
