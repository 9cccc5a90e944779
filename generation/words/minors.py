"""Easel's own rule: no sexual content with minors. No setting lifts it and no list spares from it.

A text is refused where a word for a minor (or an age below 18) and a sexual word stand anywhere in
it, however they are spelled; a few words are both. The rule does not try to understand: "a nude
statue, and children playing" is refused as well. It would rather refuse a harmless text than let
one of the others through, but only where both kinds of words are there. So words that mostly mean
something else are in neither list:

- girl, boy, son, daughter, young, petite: people of any age are called so. Together with another
  word (little girl, school boy, 16 year old girl) they count.
- baby before a thing or an animal (baby blue, a baby dragon), kid as in goat's kid.
- bikini, swimsuit, kiss, love, bath: what families photograph.
- a minor: a key in music. Minors and underage count, and a nude minor.
- words of which the other sense is the usual one in prompts (ass, hot, bare, strip); whoever is
  stripped is told beside it.

Where a word is in a list and has another sense all the same, the phrases with that are spared: the
naked eye, same-sex parents, a peacock's blue tits. Only phrases that hardly say anything else are:
nude heels are a color, and on a school girl they are refused. Those that begin with a word of one
kind are spared unless one of the other kind stands right before: a naked baby blue is no color.

Written together they count as well: nakedchild, childporn, littlegirl. Other languages are covered
by their commonest words only.
"""

from generation.words.ages import is_young
from generation.words.compounds import Compounds
from generation.words.folding import Folded
from generation.words.matching import Doubted, WordList, halved


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",")]


_MINORS = _entries(
    """
    child, children, childlike, kid, kids, kiddie, kiddies, kiddo, baby, babies, toddler, infant,
    newborn, preschooler, kindergartner, kindergartener, kindergarten, preteen, pre teen, tween,
    tweenager, teen, teenager, teenaged, teenage, underage, under age, underaged, minors, juvenile,
    adolescent, prepubescent, pubescent, prepubertal, youngster, schoolchild, schoolchildren,
    schoolgirl, schoolboy, schoolkid, school girl, school boy, school child, school children,
    school kid, elementary school, primary school, grade school, middle school, junior high,
    high school, highschool, high schooler, highschooler, grade schooler, middle schooler,
    elementary schooler, primary schooler, schooler, elementary student, elementary pupil,
    elementary girl, elementary boy, primary pupil, school pupil, school age, school aged, jr high,
    preschool, pre school, nursery school, kindergarden, little girl, little boy, small girl,
    small boy, tiny girl, tiny boy, young girl, young boy, young daughter, young son,
    little daughter, little son, baby girl, baby boy, little sister, little brother, younger sister,
    younger brother, lil girl, lil boy, loli, lolis, lolita, shota, shotas, boy scout, girl scout,
    cub scout, scout girl, scout boy, brownie scout, girl guide, enfant, enfants, fillette,
    kleinkind, kleinkinder, minderjährige, minderjähriger, minderjährig, jugendliche, niños, niñas,
    menor de edad, criança, crianças, bambini, minorenne, bambina, bambino, menina, menino, meninos,
    enfantine, ребенок, ребёнок, ребенк*, дети, детей, детям, детьми, девочк*, мальчик*, школьниц*,
    школьник*, 幼女, 幼児, ロリ, ショタ, 子供, こども, 小学生, 中学生, 高校生, 女子高生, 女児, 男児,
    儿童, 兒童, 萝莉, 小女孩, 小男孩, 未成年
    """
)

_SEXUAL = _entries(
    """
    nude, nudes, nudity, nudist, nudify, nudified, nudifying, naked, nakedness, topless, unclothe,
    unclothed, undress, undressed, undressing, disrobe, disrobed, disrobing, no clothes,
    no clothing, without clothes, without clothing, without any clothes, without any clothing,
    skinny dip, skinny dipping, wearing nothing, bare breasted, bare breasts, sex, sexy, sexual,
    sexually, sexualized, sexualised, sexualize, sexualise, sexuality, erotic, erotica, eroticism,
    porn, porno, pornographic, pornography, hentai, ecchi, ahegao, nsfw, xxx, r18, lewd, lewds,
    horny, aroused, arousing, seductive, seductively, seducing, sensual, sensually, fetish, bdsm,
    bondage, lingerie, panties, pantyshot, upskirt, thong, striptease, stripper, stripping, breasts,
    boobs, boobies, tits, titties, nipple, areola, boob, cleavage, buttocks, crotch, genital,
    genitals, genitalia, penis, penises, phallus, cock, dick, vagina, vaginal, vulva, labia,
    clitoris, pussy, pubic hair, anus, anal, dildo, vibrator, orgasm, orgasmic, cum, cumming,
    cumshot, creampie, bukkake, ejaculation, ejaculating, masturbate, masturbation, blowjob,
    blow job, handjob, hand job, oral sex, deepthroat, fellatio, cunnilingus, intercourse,
    threesome, gangbang, orgy, fuck, fucked, fucking, fucks, slut, whore, rape, raped, raping,
    rapist, molest, molested, molesting, molestation, incest, spread legs, spreading legs,
    doggy style, onlyfans, camgirl, playboy bunny, nackt, nackte, nackter, nacktes, nackten, nue,
    nues, desnudo, desnuda, desnudos, desnudas, pelado, pelada, nuda, nudo, nua, nuas, erotisch,
    erotique, érotique, sexo, голый, голая, голые, голого, голому, голым, голом, голую, голой,
    голых, голыми, обнажен*, порно*, секс, секса, сексом, сексуальн*, эротик*, эротич*, 裸, 裸体,
    全裸, ヌード, セックス, 色情, 做爱, 做愛, 巨乳, エロい, エロティック, 性行為, 性行为
    """
)

# To strip and to take off have other senses: here stands who is stripped, and of what.
_STRIPPED = [
    f"{verb} {whom}"
    for verb in ("strip", "strips", "stripped")
    for whom in (
        *("her", "him", "this", "a girl", "a boy", "a child", "a kid", "a schoolgirl"),
        *("the girl", "the boy", "the child", "the kid", "the schoolgirl", "the schoolboy"),
    )
]
_TAKEN_OFF = [
    f"{verb} {whose} clothes"
    for verb in (
        *("take off", "takes off", "taking off", "took off", "pull off", "pulling off"),
        *("rip off", "ripping off", "remove", "removes", "removing", "removed"),
    )
    for whose in (
        "her",
        "his",
        "their",
        "all",
        "all her",
        "all his",
        "the",
        "the child",
        "the girl",
    )
] + [f"{whose} clothes off" for whose in ("her", "his", "their", "all", "child", "kid", "girl")]
_UNDRESSED = [
    *_STRIPPED,
    *_TAKEN_OFF,
    *_entries("stripped child, stripped girl, stripped boy, stripped schoolgirl, strip search"),
    *_entries("remove clothes, remove clothing, with clothes off"),
]

# Written together as well: nudegirl.
_SEXUAL_WHO = _entries("nude girl, nude boy, naked girl, naked boy, sexy girl, sexy boy")

_BOTH = _entries(
    """
    sex with baby, sex with a baby, sex with kid, sex with a kid,
    child porn, child pornography, kiddie porn, kid porn, lolicon, shotacon, toddlercon, jailbait,
    child breast, kid breast, teen breast, preteen breast, toddler breast, nackte kinder,
    nackten kinder, nackter kinder, nackten kindern, nacktes kind, nackte kind, nackten kind,
    nacktem kind, nackten kindes, kinder nackt, kind nackt, enfant nu, enfants nus, garçon nu,
    niña desnuda, niñas desnudas, niño desnudo, niños desnudos, pedo, pedos, pedophile, pedophilia,
    paedophile, paedophilia, pedophilic, pedobear, ロリコン, ショタコン, 児童ポルノ
    """
)

_NOT_BOTH = _entries("child breast feeding, child breast fed, child breast pocket")

# Spared wherever they stand.
_NO_MINORS = _entries(
    """
    lol i, lol is, shot a, shot as, las meninas, カロリー, フロリダ
    """
)

_NOT_SEXUAL = _entries(
    """
    same sex, opposite sex, both sexes, single sex, the sexes, the naked eye, a naked mole rat,
    naked mole rats, with nude colors, in nude colors, with nude tones, in nude tones, pen is,
    who re, who red, who ring, strip per, strip ping, an used, an using, three some, pan ties,
    an us, an al, chicken breasts, turkey breasts, duck breasts, blue tits, great tits, coal tits,
    long tailed tits, a pussy cat, the pussy cat, moby dick, philip k dick, cum laude, a rape field,
    the rape field, paint stripping, 裸足, 裸眼, homo sexual, bi sexual, hetero sexual,
    trans sexual, a naked tree, a naked branch, a naked flame, a naked cake, bottle nipple,
    pacifier nipple, blue footed boobies, cocked, cocking, 裸子植物
    """
)

# Spared unless a word of the other kind stands right before.
_THINGS = _entries(
    """
    baby blue, baby pink, baby oil, baby powder, baby shower, baby carriage, baby stroller,
    baby grand, baby spinach, baby corn, baby carrots, baby breath, baby teeth, baby doll,
    baby yoda, baby groot, baby dragon, baby dragons, baby animal, baby animals, baby dinosaur,
    baby dinosaurs, baby elephant, baby elephants, baby bird, baby birds, baby penguin,
    baby penguins, baby bear, baby bears, baby panda, baby pandas, baby goat, baby goats,
    baby deer, baby fox, baby foxes, baby cat, baby cats, baby kitten, baby dog, baby dogs,
    baby puppy, baby seal, baby seals, baby turtle, baby turtles, baby duck, baby ducks, baby owl,
    baby owls, baby rabbit, baby rabbits, baby bunny, baby lion, baby lions, baby tiger,
    baby tigers, baby monkey, baby monkeys, baby sloth, baby sloths, baby hippo, baby hippos,
    baby giraffe, baby whale, baby whales, baby shark, baby sharks, baby octopus, baby unicorn,
    baby alien, baby monster, goat kid, kid gloves, kid leather, billy the kid, kid icarus,
    kid cudi, inner child, brain child
    """
)

_SENSES = _entries(
    """
    sex education, sex and the city, naked mole rat, naked trees, naked branches, naked flames,
    naked cakes, pussy willow, pussy willows, pussy cats, pussy riot, dick tracy, dick van dyke,
    dick whittington, cock robin, cock a doodle doo, rape fields, rape seed, rape flower,
    rape flowers, rape blossom, rape blossoms, stripping paint
    """
)

# What may stand between the two: a naked chubby baby blue.
_OF_BABIES = (
    *("cute", "little", "tiny", "small", "sweet", "chubby", "adorable", "young", "innocent"),
    *("newborn", "blond", "blonde", "happy", "smiling", "sleeping", "real", "human"),
    *("asian", "black", "white", "brown", "of", "a", "the"),
)
# What may be a minor, of whom an age is told elsewhere.
_WHO = ("girl", "boy", "daughter", "son", "year old", "years old", "yo")

_MINOR = WordList(_MINORS, _NO_MINORS, doubted=Doubted(_THINGS, _SEXUAL, _OF_BABIES), touching=True)
_LEWD = WordList(
    [*_SEXUAL, *_SEXUAL_WHO, *_UNDRESSED],
    [*_NOT_SEXUAL, *(f"comic {each}" for each in _STRIPPED)],
    doubted=Doubted(_SENSES, (*_MINORS, *_WHO)),
    touching=True,
)
_ALONE = WordList(_BOTH, _NOT_BOTH, touching=True)
# One look for what either of the two refuses: most texts have nothing of it.
_EITHER = WordList([*_BOTH, *_SEXUAL, *_SEXUAL_WHO, *_UNDRESSED], touching=True)


def _long(entries: list[str]) -> list[str]:
    """Those that are known again as a part of a longer word."""
    return [entry for entry in entries if len(entry) >= 3]


_TOGETHER = Compounds(map(halved, _long(_MINORS)), map(halved, _long(_SEXUAL)))


def is_refused(*texts: Folded) -> bool:
    """Whether texts that make one picture together have to do with minors and with sex.

    Each is read for itself, so that no phrase begins in one and ends in the other.
    """
    if any(_TOGETHER.are_in(text) for text in texts):
        return True
    suspect = [text for text in texts if _EITHER.is_in(text)]
    if any(_ALONE.is_in(text) for text in suspect):
        return True
    return any(_LEWD.is_in(text) for text in suspect) and any(
        _MINOR.is_in(text) or is_young(text) for text in texts
    )
