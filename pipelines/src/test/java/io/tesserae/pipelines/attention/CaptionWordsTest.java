package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.processor.Region;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Which tokens are which word, and which row of a decoder's attention is which token's. */
class CaptionWordsTest {

    /** Tokens as bytes, as GPT-2's are once its alphabet is undone: a character may lie in several. */
    private static CaptionWords ofBytes(int prompt, byte[]... tokens) {
        int[] ids = IntStream.range(0, tokens.length).toArray();
        return CaptionWords.of(ids, prompt, id -> "t" + id, prefix -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int id : prefix) {
                bytes.writeBytes(tokens[id]);
            }
            return bytes.toString(StandardCharsets.UTF_8);
        });
    }

    private static CaptionWords ofTexts(int prompt, String... tokens) {
        byte[][] bytes = new byte[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            bytes[i] = tokens[i].getBytes(StandardCharsets.UTF_8);
        }
        return ofBytes(prompt, bytes);
    }

    /** {@code word@start=tokens}. */
    private static String shown(CaptionWords words) {
        return words.words().stream()
                .map(word -> word.text() + "@" + word.start() + "=" + word.tokens())
                .collect(Collectors.joining(" "));
    }

    @Test
    void tokensThatBeginWithASpaceBeginAWord() {
        CaptionWords words = ofTexts(1, "", " a", " giraf", "fe", " eats", ".", "");
        assertEquals("a giraffe eats.", words.caption());
        assertEquals("a@0=[1] giraffe@2=[2, 3] eats@10=[4]", shown(words));
        assertEquals(7, words.tokens());
        assertEquals(List.of("t2", "t3"), words.words().get(1).pieces());
    }

    @Test
    void signsAreInNoWordUnlessTheyAreInside() {
        assertEquals(
                "t-shirt@1=[2, 3, 4] don't@11=[6, 7]",
                shown(ofTexts(1, "", "\"", "t", "-", "shirt", "\",", " don", "'t", "!", " ...")));
        assertEquals("", shown(ofTexts(1, "", "...", "!")));
        assertEquals("", shown(ofTexts(1, "")));
        assertEquals("$5@0=[1, 2]", shown(ofTexts(1, "", "$", "5")));
    }

    /** The prompt was given: nobody looked at anything to write it. */
    @Test
    void thePromptHasNoMaps() {
        CaptionWords words = ofTexts(4, "", "a", " picture", " of", " a", " cat");
        assertEquals("a picture of a cat", words.caption());
        assertEquals("a@13=[4] cat@15=[5]", shown(words));
        assertEquals(
                "girl@0=[2]", shown(ofTexts(2, "", "gi", "rl")), "what is written of a word that the prompt began");
    }

    @Test
    void aTokenThatIsHalfACharacterBelongsToIt() {
        byte[] cafe = " café 🚢".getBytes(StandardCharsets.UTF_8); // é 2 bytes, the ship 4
        byte[][] tokens = new byte[cafe.length + 1][];
        tokens[0] = new byte[0];
        for (int i = 0; i < cafe.length; i++) {
            tokens[i + 1] = new byte[] {cafe[i]};
        }
        assertEquals("café@0=[2, 3, 4, 5, 6] 🚢@5=[8, 9, 10, 11]", shown(ofBytes(1, tokens)));
    }

    @Test
    void specialTokensAmongTheWordsWriteNothing() {
        assertEquals("a@0=[1] cat@2=[3]", shown(ofTexts(1, "", "a", "", " cat", "", "")));
    }

    /** WordPiece: pieces have ##, and the decoder takes the space before a full stop out. */
    @Test
    void piecesOfWordPieceAreJoined() {
        List<String> tokens = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "surf", "##board", ".");
        Tokenizer tokenizer = Tokenizer.builder(Vocabulary.of(tokens)).build();
        CaptionWords words = CaptionWords.of(new int[] {2, 5, 6, 7, 8, 3}, 1, tokenizer);
        assertEquals("a surfboard.", words.caption());
        assertEquals("a@0=[1] surfboard@2=[2, 3]", shown(words));
        assertEquals(List.of("surf", "##board"), words.words().getLast().pieces());
    }

    /** Whatever the tokens: words are words of the caption, and no token is in two of them, unless it wrote both. */
    @Property(tries = 300)
    void wordsAreThoseOfTheCaption(@ForAll @Size(max = 12) List<String> texts) {
        List<String> tokens = new ArrayList<>(List.of(""));
        tokens.addAll(texts);
        CaptionWords words = ofTexts(1, tokens.toArray(String[]::new));
        int end = 0;
        for (CaptionWords.Word word : words.words()) {
            assertTrue(word.start() >= end && words.caption().startsWith(word.text(), word.start()));
            end = word.start() + word.text().length();
            assertTrue(word.tokens().getFirst() >= 1 && word.tokens().getLast() < words.tokens());
        }
    }

    private static final PatchGrid GRID =
            new PatchGrid(RandomAttention.grey(60, 40, 100), new Region(0, 0, 60, 40), 2, 3);

    /** Row t writes token t + 1; a word of two tokens has their mean, over the heads as well. */
    @Test
    void theRowOfTheTokenBeforeIsTheWords() {
        CaptionWords words = ofTexts(1, "", " a", " gira", "ffe", "");
        Tensor layer = Tensor.zeros(2, 5, 8); // two heads, five tokens, two prefix tokens and six patches
        int[] patches = {4, 1, 2, 5, 5};
        for (int row = 0; row < 10; row++) {
            boolean second = row >= 5;
            layer.data()[row * 8] = second ? 0.5f : 0; // the second head gives half to the class token
            layer.data()[row * 8 + 2 + patches[row % 5]] = second ? 0.5f : 1;
        }
        CaptionAttention attention = words.attention(GRID, 2, List.of(layer));
        assertEquals(0.75f, attention.words().get(0).map(OptionalInt.empty()).get(1, 1)); // patch 4, from row 0
        assertEquals(0.75, attention.words().get(0).map(OptionalInt.of(0)).mass(), 1e-6);
        Heatmap giraffe = attention.words().get(1).layers().getFirst(); // rows 1 and 2
        assertEquals(0.375f, giraffe.get(0, 1));
        assertEquals(0.375f, giraffe.get(0, 2));
        assertEquals(0, giraffe.get(1, 2));
    }

    @Test
    void theLastTokensRowMayBeLacking() {
        CaptionWords words = BlobAttention.words("a", "cat");
        List<Tensor> all = BlobAttention.layers(GRID, 1, 2); // four rows
        List<Tensor> lacking = all.stream()
                .map(map -> {
                    Tensor cut = Tensor.zeros(2, 3, 7);
                    for (int head = 0; head < 2; head++) {
                        System.arraycopy(map.data(), head * 4 * 7, cut.data(), head * 3 * 7, 3 * 7);
                    }
                    return cut;
                })
                .toList();
        CaptionAttention whole = words.attention(GRID, 1, all);
        CaptionAttention cut = words.attention(GRID, 1, lacking);
        for (int word = 0; word < 2; word++) {
            for (int layer = 0; layer < 3; layer++) {
                assertArrayEquals(
                        whole.words().get(word).layers().get(layer).values(),
                        cut.words().get(word).layers().get(layer).values());
            }
        }
    }

    @Test
    void aWordPointsAtItsStrongestPatch() {
        PatchGrid grid = new PatchGrid(RandomAttention.grey(60, 40, 100), new Region(-6, 4, 60, 30), 2, 3);
        CaptionAttention attention =
                BlobAttention.words("a", "cat").attention(grid, 1, BlobAttention.layers(grid, 4, 0));
        assertEquals(new Region(14, 19, 20, 15), attention.pointing(0, OptionalInt.empty()));
        assertEquals(new Region(-6, 4, 20, 15), attention.pointing(1, OptionalInt.of(2)));
        assertEquals(4, attention.strongestPatch(0, OptionalInt.of(1)));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        CaptionWords words = BlobAttention.words("a", "cat");
        List<Tensor> layers = BlobAttention.layers(GRID, 1, 2);
        assertRefused("[heads, 4, 8]", () -> words.attention(GRID, 2, layers));
        assertRefused("prefixTokens", () -> words.attention(GRID, -1, layers));
        assertRefused("found none", () -> words.attention(GRID, 1, List.of()));
        assertRefused(
                "[heads, 5, 7]", () -> BlobAttention.words("a", "b", "c", "d").attention(GRID, 1, layers), "6 tokens");
        assertRefused("prompt: expected 1 to 2", () -> ofTexts(0, "", "a"));
        assertRefused("prompt: expected 1 to 2", () -> ofTexts(3, "", "a"));
        Tensor none = Tensor.zeros(1, 4, 7);
        assertRefused("head 0, token 0", () -> words.attention(GRID, 1, List.of(none)));
        CaptionAttention attention = words.attention(GRID, 1, layers);
        assertRefused("found \"a\" at 0", () -> new CaptionAttention(GRID, "the cat", attention.words()));
        PatchGrid other = new PatchGrid(GRID.picture(), GRID.seen(), 3, 2);
        assertRefused("maps of 3 x 2", () -> new CaptionAttention(other, "a cat", attention.words()));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable call, String... or) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        boolean fits = found.contains(message);
        for (String alternative : or) {
            fits |= found.contains(alternative);
        }
        assertTrue(fits, found);
    }
}
