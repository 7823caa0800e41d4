package io.tesserae.loaders.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The files that the reference library was asked about, byte for byte, and its verdicts. */
class SpecificationCasesTest {

    private static final Path CASES = Path.of("..", "testdata", "spec-cases", "safetensors-cases.json");

    /** Where this reader is stricter than the library, on purpose: see {@link SafetensorsHeader}. */
    private static final Set<String> REFUSED_ON_PURPOSE = Set.of("dup tensor same", "tensor as array");

    @TestFactory
    Stream<DynamicTest> everyCaseHasTheVerdictOfTheReference() throws IOException {
        return cases().map(specified ->
                DynamicTest.dynamicTest(specified.get("name").getAsString(), () -> check(specified)));
    }

    @Test
    void allCasesAreThere() throws IOException {
        assertEquals(101, cases().count());
        Set<String> names = new TreeSet<>(
                cases().map(specified -> specified.get("name").getAsString()).toList());
        assertTrue(names.containsAll(REFUSED_ON_PURPOSE));
    }

    private static void check(JsonObject specified) {
        byte[] bytes = Base64.getDecoder().decode(specified.get("file_base64").getAsString());
        MemorySegment file = MemorySegment.ofArray(bytes);
        boolean valid = specified.get("valid").getAsBoolean()
                && !REFUSED_ON_PURPOSE.contains(specified.get("name").getAsString());
        if (!valid) {
            ModelLoadingException e =
                    assertThrows(ModelLoadingException.class, () -> SafetensorsFile.of(file, "case.safetensors"));
            assertTrue(e.getMessage().startsWith("case.safetensors: "), e.getMessage());
            return;
        }
        try (SafetensorsFile opened = SafetensorsFile.of(file, "case.safetensors")) {
            checkSummary(specified.get("safe_open").getAsString(), opened);
            for (TensorEntry entry : opened.entries()) {
                if (entry.dtype().readsAsFloat()) {
                    int count = Math.toIntExact(entry.elementCount());
                    opened.read(entry.name(), 0, new float[count], 0, count);
                }
            }
        }
    }

    /** The library's own summary reads {@code ok keys=['a', 'b'] meta={'a': 'c'}}; the keys are sorted. */
    private static void checkSummary(String summary, SafetensorsFile opened) {
        Matcher parts =
                Pattern.compile("ok keys=\\[(.*)] meta=(.*)", Pattern.DOTALL).matcher(summary);
        assertTrue(parts.matches(), summary);
        String keys = new TreeSet<>(opened.names())
                .stream()
                        .map(name -> "'" + name.replace("\n", "\\n") + "'")
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("");
        assertEquals(parts.group(1), keys);
        Map<String, String> metadata = parts.group(2).equals("{'a': 'c'}") ? Map.of("a", "c") : Map.of();
        assertEquals(metadata, opened.metadata());
    }

    private static Stream<JsonObject> cases() throws IOException {
        String json = Packed.text(CASES);
        return JsonParser.parseString(json).getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject);
    }
}
