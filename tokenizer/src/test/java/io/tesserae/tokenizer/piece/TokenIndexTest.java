package io.tesserae.tokenizer.piece;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The index against a search through all tokens. */
class TokenIndexTest {

    /** Of few different characters, so that many share their beginnings; some longer than a bit mask has bits. */
    @Provide
    Arbitrary<String> strings() {
        Arbitrary<String> shortOnes =
                Arbitraries.strings().withChars("ab#\u0301\ud83d\ude00").ofMaxLength(5);
        Arbitrary<String> longOnes = Arbitraries.integers()
                .between(28, 70)
                .map(length -> "ab".repeat(length).substring(0, length));
        return Arbitraries.frequencyOf(Tuple.of(4, shortOnes), Tuple.of(1, longOnes));
    }

    @Provide
    Arbitrary<List<String>> vocabularies() {
        return strings().list().uniqueElements().ofMaxSize(40);
    }

    @Property(tries = 3000)
    void findsTheLongestToken(
            @ForAll("vocabularies") List<String> tokens, @ForAll("strings") String text, @ForAll boolean inside) {
        String prefix = inside ? "##" : "";
        TokenIndex index = new TokenIndex(tokens.toArray(String[]::new), prefix);
        int entry = index.longestMatch(text.toCharArray(), 0, text.length(), new int[index.longest()]);

        int expected = -1;
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            if (token.startsWith(prefix)
                    && token.length() > prefix.length()
                    && text.startsWith(token.substring(prefix.length()))
                    && (expected < 0 || token.length() > tokens.get(expected).length())) {
                expected = id;
            }
        }
        assertEquals(expected, entry < 0 ? -1 : index.id(entry));
        if (entry >= 0) {
            assertEquals(tokens.get(expected).length() - prefix.length(), index.length(entry));
        }
    }
}
