package io.tesserae.tokenizer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One pass with remembered forms, against the definition: a pass over all code points for each step. */
class NormalizerTest {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    /** What a normalizer does; every combination is tried. */
    record Settings(boolean cleanText, boolean spaceChinese, boolean stripAccents, boolean lowerCase) {

        Normalizer normalizer() {
            return new Normalizer(cleanText, spaceChinese, stripAccents, lowerCase);
        }
    }

    static Stream<Settings> settings() {
        Stream.Builder<Settings> all = Stream.builder();
        for (int bits = 0; bits < 16; bits++) {
            all.add(new Settings((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0));
        }
        return all.build();
    }

    private static final List<Normalizer> NORMALIZERS =
            settings().map(Settings::normalizer).toList();

    @ParameterizedTest
    @MethodSource("settings")
    void everyCharBetweenOthers(Settings settings) {
        Normalizer normalizer = settings.normalizer();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate((char) c)) {
                String text = "A" + (char) c + "\u0301\u1dfa" + (char) c; // a mark that goes and one that stays
                assertEquals(
                        bySteps(text, settings),
                        normalizer.normalize(text),
                        () -> settings + " " + Integer.toHexString(text.charAt(1)));
            }
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Integer> marks =
                Arbitraries.of(0x301, 0x323, 0x345, 0x1dfa, 0xf71, 0xf72, 0xf74, 0x93c, 0x94d, 0x200b);
        Arbitrary<Integer> composed =
                Arbitraries.of(0x344, 0xf73, 0xf75, 0xf81, 0xe9, 0x1e69, 0x958, 0x130, 0xac01, 0x2f800);
        Arbitrary<Integer> any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> Character.getType(c) != Character.SURROGATE);
        return Arbitraries.oneOf(marks, marks, composed, Arbitraries.integers().between(0, 0x17f), any)
                .list()
                .ofMaxSize(30)
                .map(codePoints -> text(codePoints));
    }

    @Property(tries = 3000)
    void anyText(@ForAll("texts") String text) {
        List<Settings> all = settings().toList();
        for (int i = 0; i < all.size(); i++) {
            assertEquals(
                    bySteps(text, all.get(i)),
                    NORMALIZERS.get(i).normalize(text),
                    all.get(i).toString());
        }
    }

    // --- The definition ---

    private static String bySteps(String text, Settings settings) {
        List<Integer> codePoints = text.codePoints().boxed().toList();
        if (settings.cleanText) {
            codePoints = codePoints.stream()
                    .filter(c -> !UNICODE.is(c, UnicodeTables.REMOVED))
                    .map(c -> UNICODE.is(c, UnicodeTables.SPACE) ? ' ' : c)
                    .toList();
        }
        if (settings.spaceChinese) {
            codePoints = codePoints.stream()
                    .flatMap(c ->
                            UNICODE.is(c, UnicodeTables.CHINESE) ? Stream.of((int) ' ', c, (int) ' ') : Stream.of(c))
                    .toList();
        }
        if (settings.stripAccents) {
            codePoints = decomposed(codePoints).stream()
                    .filter(c -> !UNICODE.is(c, UnicodeTables.ACCENT))
                    .toList();
        }
        if (settings.lowerCase) {
            codePoints = codePoints.stream().flatMap(c -> lower(c)).toList();
        }
        return text(codePoints);
    }

    /** In canonical decomposition: runs of marks sorted by combining class, those of one class as they stood. */
    private static List<Integer> decomposed(List<Integer> codePoints) {
        List<Integer> all = new ArrayList<>();
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        for (int codePoint : codePoints) {
            if (UNICODE.is(codePoint, UnicodeTables.COMPOSED)) {
                int count = UNICODE.decompose(codePoint, parts);
                for (int i = 0; i < count; i++) {
                    all.add(parts[i]);
                }
            } else {
                all.add(codePoint);
            }
        }
        for (int start = 0; start < all.size(); start++) {
            int end = start;
            while (end < all.size() && UNICODE.is(all.get(end), UnicodeTables.COMBINING)) {
                end++;
            }
            if (end > start) {
                all.subList(start, end).sort(Comparator.comparingInt(UNICODE::combiningClass));
                start = end;
            }
        }
        return all;
    }

    private static Stream<Integer> lower(int codePoint) {
        if (codePoint == 0x130) {
            return Stream.of((int) 'i', 0x307);
        }
        return Stream.of(UNICODE.is(codePoint, UnicodeTables.UPPER) ? UNICODE.lower(codePoint) : codePoint);
    }

    private static String text(List<Integer> codePoints) {
        StringBuilder text = new StringBuilder();
        codePoints.forEach(text::appendCodePoint);
        return text.toString();
    }
}
