"""Make `common_passwords.txt` from the frequency list that the Python package zxcvbn brings, and French words of ours.

    python tools/make_common_passwords.py path/to/zxcvbn/frequency_lists.py > data/common_passwords.txt

Each password is reduced to the word that it is built on, as `booking.people.rules.passwords` reduces what people
choose, so that `Soleil2024!` is found by `soleil`; one word a line, sorted.
"""

from __future__ import annotations

import runpy
import sys

from booking.people.rules.passwords import SHORTEST, SHORTEST_WORD, bare

KEPT = 12_000
"""So many of the most common are taken; of the rest, all that are long enough to be chosen as they stand."""

FRENCH = """
    abeille abricot adrien alexandre alexandra alice allezlesbleus amour amoureuse amandine ange animaux antoine aout
    arcenciel archipel argent arthur atelier aurelie automne avril azerty azertyuiop bateau bebe benjamin bibliotheque
    bienvenue bisous bisounours bleuette bonheur bonjour bordeaux bouchon boulanger bretagne brigitte bureau cachou
    calimero camille canaille caramel caroline cassandra catherine cedric cerise chameau champion charlotte chaton
    cheval chevalier chien chipie chocolat chouchou chouette christian christine christophe citron claire clement
    cocotte coccinelle coeur coffee coline colibri coquelicot corsaire coucou couleur coworking croissant cuisine
    damien dauphin decembre delphine diamant dimanche dominique doudou elephant emilie ensemble entreprise espace
    etoile famille fanny fevrier fleurs florence florian fontaine forever fraise framboise france francois frederic
    fromage gabriel galaxie gateau gaulois geraldine gourmand grenoble guadeloupe guillaume guitare herisson hirondelle
    imprimante internet isabelle jardin jasmine jaimemavie jeanne jerome jetaime jeudi johanna jonathan jordan joyeux
    juillet julien juliette justine kangourou karine laboratoire lapin laurence laurent lavande leopard libellule
    liberte licorne lille limoges loulou louloute louise lumiere lundi lyonnais madame maelys magique maison maitresse
    malice maman mamanjetaime manager manon marc mardi margaux marguerite marie marine marion marseille martin
    martinique mathieu mathilde maxime melanie mercredi merlin mickael minette minou monamour monange moncoeur montagne
    montpellier motdepasse mouton musique myrtille nantes nathalie nature neige nicolas nounours nouvelle novembre
    octobre oiseau olivier orange ordinateur pamplemousse panda papa papillon paris pascal passion patate patrick
    pauline perroquet petite philippe pierre pirate piscine plage poisson pompier portable poupette poussin princesse
    printemps provence quentin rennes reservation reunion romain romane rouge royale sabrina saintetienne salade samedi
    sandrine sebastien secret septembre simone sirene soleil sophie souris stephane stephanie strasbourg surprise
    sylvie tartine tennis tetard thomas tierslieu tierslieux tigrou titeuf tortue toulouse tournesol tresor trottinette
    univers vacances valentin valentine vanessa vanille vendredi veronique victoire vincent violette voiture voyage
    xavier yannick youpi zidane
"""
"""Chosen by ourselves: words, names, towns, days and months that French passwords are built on."""


def main() -> None:
    """Read the frequency list named by the first argument and print the words."""
    ranked: list[str] = runpy.run_path(sys.argv[1])["FREQUENCY_LISTS"]["passwords"]
    chosen = ranked[:KEPT] + [each for each in ranked[KEPT:] if len(each) >= SHORTEST] + FRENCH.split()
    words = {word for password in chosen for word in (bare(password), password.lower()) if worth(word, password)}
    sys.stdout.write("\n".join(sorted(words)) + "\n")


def worth(word: str, password: str) -> bool:
    """Whether it is a word to keep: bare, or a whole password that is long enough to be chosen."""
    return len(word) >= (SHORTEST if word != bare(password) else SHORTEST_WORD)


if __name__ == "__main__":
    main()
