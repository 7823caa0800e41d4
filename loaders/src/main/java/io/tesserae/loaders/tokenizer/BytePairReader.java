package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The model BPE: {@code vocab}, {@code merges}, {@code unk_token}, {@code fuse_unk}, {@code byte_fallback}, {@code ignore_merges},
 * {@code end_of_word_suffix}. What would cut otherwise is
 * refused by name.
 */
record BytePairReader() implements PieceModelReader {

    /** What old files of merges begin with; it is no merge. */
    private static final String VERSION = "#version";

    /** CLIP's has 4 chars. */
    private static final int LONGEST_SUFFIX = 64;

    @Override
    public String type() {
        return "BPE";
    }

    @Override
    public Vocabulary vocabulary(JsonObjectReader model) {
        return PieceModelReader.vocabularyOf(model.requireChild("vocab"));
    }

    @Override
    public Segmentation segmentation(JsonObjectReader model) {
        refuseUnlessEmpty(model, "continuing_subword_prefix");
        if (model.has("dropout") && !isZero(model.object().get("dropout"))) {
            throw model.wrong(
                    "dropout",
                    "null (no other is supported: it cuts words at random)",
                    model.object().get("dropout"));
        }
        return new Segmentation.BytePair(
                merges(model),
                model.string("unk_token").orElse(null),
                model.bool("fuse_unk", false),
                model.bool("byte_fallback", false),
                model.bool("ignore_merges", false),
                suffix(model));
    }

    private static String suffix(JsonObjectReader model) {
        String suffix = model.string("end_of_word_suffix").orElse("");
        if (suffix.length() > LONGEST_SUFFIX) {
            throw model.wrong(
                    "end_of_word_suffix",
                    "at most " + LONGEST_SUFFIX + " chars",
                    model.object().get("end_of_word_suffix"));
        }
        return suffix;
    }

    private static void refuseUnlessEmpty(JsonObjectReader model, String key) {
        if (!model.string(key).orElse("").isEmpty()) {
            throw model.wrong(
                    key, "null or \"\" (no other is supported)", model.object().get(key));
        }
    }

    private static boolean isZero(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isNumber() && primitive.getAsDouble() == 0;
    }

    // --- Merges ---

    /** {@code ["a b", ...]} in old files, {@code [["a", "b"], ...]} in new ones. */
    private static List<Segmentation.Merge> merges(JsonObjectReader model) {
        if (!model.has("merges")) {
            throw model.wrong("merges", "an array", null);
        }
        List<JsonElement> elements = model.array("merges");
        Pieces pieces = new Pieces();
        List<Segmentation.Merge> merges = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            JsonElement element = elements.get(i);
            String key = "merges[" + i + "]";
            if (element instanceof JsonArray pair) {
                if (pair.size() != 2) {
                    throw model.wrong(key, "two pieces", element);
                }
                String left = model.asString(key, pair.get(0));
                String right = model.asString(key, pair.get(1));
                if (left.isEmpty() || right.isEmpty()) {
                    throw model.wrong(key, "two pieces, neither empty", element);
                }
                merges.add(pieces.merge(left, right));
            } else {
                String line = model.asString(key, element);
                if (!line.startsWith(VERSION)) {
                    int space = space(line);
                    if (space < 0) {
                        throw model.wrong(key, "two pieces with one space between", element);
                    }
                    merges.add(pieces.merge(line.substring(0, space), line.substring(space + 1)));
                }
            }
        }
        return merges;
    }

    /**
     * The text of a {@code merges.txt}: a merge a line, two pieces with a space between; the line {@code #version: 0.2} is none, and empty
     * lines are none.
     *
     * @param where the file's name, for error messages
     */
    static List<Segmentation.Merge> merges(String text, String where) {
        Pieces pieces = new Pieces();
        List<Segmentation.Merge> merges = new ArrayList<>();
        int number = 0;
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int last = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
            String line = text.substring(start, last);
            number++;
            if (!line.isEmpty() && !line.startsWith(VERSION)) {
                int space = space(line);
                if (space < 0) {
                    throw new ModelLoadingException(where + ": line " + number
                            + ": expected two pieces with one space between, found \""
                            + (line.length() > 60 ? line.substring(0, 60) + "..." : line) + "\"");
                }
                merges.add(pieces.merge(line.substring(0, space), line.substring(space + 1)));
            }
            start = end + 1;
        }
        return merges;
    }

    /** Where the space between two pieces is; -1 if there are not two, or more. */
    private static int space(String line) {
        int space = line.indexOf(' ');
        boolean two = space > 0 && space < line.length() - 1 && line.indexOf(' ', space + 1) < 0;
        return two ? space : -1;
    }

    /** Each piece once: most of them are in many merges. */
    private static final class Pieces {
        private final Map<String, String> known = new HashMap<>();

        Segmentation.Merge merge(String left, String right) {
            return new Segmentation.Merge(one(left), one(right));
        }

        private String one(String piece) {
            String other = known.putIfAbsent(piece, piece);
            return other == null ? piece : other;
        }
    }
}
