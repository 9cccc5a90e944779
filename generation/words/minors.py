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
- words of which the other sense is the usual one in prompts (ass, hot, bare, strip).

Where a word is in a list and has another sense all the same, the phrases with that are spared: the
naked eye, same-sex parents, a peacock's blue tits. Other languages are covered by their commonest
words only.
"""

from generation.words.ages import is_young
from generation.words.folding import Folded
from generation.words.matching import WordList


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
    little girl, little boy, small girl, small boy, tiny girl, tiny boy, young girl, young boy,
    young daughter, young son, little daughter, little son, baby girl, baby boy, little sister,
    little brother, younger sister, younger brother, lil girl, lil boy, loli, lolis, lolita, shota,
    shotas, boy scout, girl scout, enfant, enfants, fillette, kleinkind, kleinkinder,
    minderjährige, minderjähriger, minderjährig, jugendliche, niños, niñas, menor de edad, criança,
    crianças, bambini, minorenne, bambina, bambino, menina, menino, meninos, enfantine, ребенок,
    ребёнок, ребенк*, дети, детей, детям, детьми, девочк*, мальчик*, школьниц*, школьник*, 幼女,
    幼児, ロリ, ショタ, 子供, こども, 小学生, 中学生, 高校生, 女子高生, 女児, 男児, 儿童, 兒童,
    萝莉, 小女孩, 小男孩, 未成年
    """
)

_SEXUAL = _entries(
    """
    nude, nudes, nudity, nudist, naked, nakedness, topless, unclothed, undressed, undressing,
    disrobed, disrobing, no clothes, no clothing, without clothes, without clothing,
    without any clothes, without any clothing, skinny dip, skinny dipping, wearing nothing,
    bare breasted, bare breasts, sex, sexy, sexual, sexually, sexualized, sexualised, sexualize,
    sexualise, sexuality, erotic, erotica, eroticism, porn, porno, pornographic, pornography,
    hentai, ecchi, ahegao, nsfw, xxx, r18, lewd, lewds, horny, aroused, arousing, seductive,
    seductively, seducing, sensual, sensually, fetish, bdsm, bondage, lingerie, panties, pantyshot,
    upskirt, thong, striptease, stripper, stripping, breasts, boobs, boobies, tits, titties,
    nipple, areola, boob, cleavage, buttocks, crotch, genital, genitals, genitalia, penis, penises,
    phallus, cock, dick, vagina, vaginal, vulva, labia, clitoris, pussy, pubic hair, anus, anal,
    dildo, vibrator, orgasm, orgasmic, cum, cumming, cumshot, creampie, bukkake, ejaculation,
    ejaculating, masturbate, masturbation, blowjob, blow job, handjob, hand job, oral sex,
    deepthroat, fellatio, cunnilingus, intercourse, threesome, gangbang, orgy, fuck, fucked,
    fucking, fucks, slut, whore, rape, raped, raping, rapist, molest, molested, molesting,
    molestation, incest, spread legs, spreading legs, doggy style, onlyfans, camgirl,
    playboy bunny, nackt, nackte, nackter, nacktes, nackten, nue, nues, desnudo, desnuda, desnudos,
    desnudas, pelado, pelada, nuda, nudo, nua, nuas, erotisch, erotique, érotique, sexo, голый,
    голая, голые, голого, голому, голым, голом, голую, голой, голых, голыми, обнажен*, порно*,
    секс, секса, сексом, сексуальн*, эротик*, эротич*, 裸, 裸体, 全裸, ヌード, セックス, 色情,
    做爱, 做愛, 巨乳, エロい, エロティック, 性行為, 性行为
    """
)

_BOTH = _entries(
    """
    child porn, child pornography, kiddie porn, kid porn, lolicon, shotacon, toddlercon, jailbait,
    child breast, kid breast, teen breast, preteen breast, toddler breast, nackte kinder,
    nackten kinder, nackter kinder, nackten kindern, nacktes kind, nackte kind, nackten kind,
    nacktem kind, nackten kindes, kinder nackt, kind nackt, enfant nu, enfants nus, garçon nu,
    niña desnuda, niñas desnudas, niño desnudo, niños desnudos, pedo, pedos, pedophile, pedophilia,
    paedophile, paedophilia, pedophilic, pedobear, ロリコン, ショタコン, 児童ポルノ
    """
)

_NOT_BOTH = _entries("child breast feeding, child breast fed, child breast pocket")

_NO_MINORS = _entries(
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
    baby alien, baby monster, goat kid, kid gloves, kid leather, kid rock, billy the kid, lol i,
    lol is, shot a, shot as, las meninas, kid icarus, kid cudi, the karate kid, child of light,
    inner child, brain child, カロリー, フロリダ
    """
)

_NOT_SEXUAL = _entries(
    """
    same sex, opposite sex, both sexes, single sex, sex education, sex and the city, naked eye,
    naked mole rat, nude color, nude colors, nude colored, nude colour, nude coloured, nude tone,
    nude tones, nude lipstick, nude makeup, nude heels, nude palette, pen is, who re, who red,
    who ring, strip per, strip ping, an used, an using, three some, pan ties, an us, an al,
    chicken breasts, turkey breasts, duck breasts, blue tits, great tits, coal tits,
    long tailed tits, pussy willow, pussy willows, pussy cat, pussy cats, pussy riot, moby dick,
    dick tracy, philip k dick, dick van dyke, dick whittington, cock robin, cock a doodle doo,
    cum laude, rape field, rape fields, rape seed, rape flower, rape flowers, rape blossom,
    rape blossoms, stripping paint, paint stripping, 裸足, 裸眼, the sexes, homo sexual, bi sexual,
    hetero sexual, trans sexual, naked tree, naked branch, naked branches, naked flame, naked cake,
    bottle nipple, pacifier nipple, blue footed boobies, cocked, cocking, 裸子植物
    """
)

_MINOR = WordList(_MINORS, _NO_MINORS)
_LEWD = WordList(_SEXUAL, _NOT_SEXUAL)
_ALONE = WordList(_BOTH, _NOT_BOTH)


def is_refused(folded: Folded) -> bool:
    """Whether a text has to do with minors and with sex."""
    if _ALONE.is_in(folded):
        return True
    # The rarer one first: most texts are through with it.
    return _LEWD.is_in(folded) and (_MINOR.is_in(folded) or is_young(folded))
