package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What IDEs complete is what there is. */
class MetadataTest {

    private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

    @Test
    void everyPropertyIsDescribed() throws IOException {
        var expected = new TreeSet<String>();
        names("tesserae", TesseraeProperties.class)
                .filter(name -> !name.equals("tesserae.embedding"))
                .forEach(expected::add);
        names("tesserae.embedding", TesseraeProperties.EmbeddingProperties.class)
                .forEach(expected::add);
        expected.add("management.health.tesserae.enabled");
        assertThat(described()).isEqualTo(expected);
    }

    private static Stream<String> names(String prefix, Class<? extends Record> properties) {
        return Arrays.stream(properties.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> prefix + "." + name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT));
    }

    private static TreeSet<String> described() throws IOException {
        try (Reader reader =
                new InputStreamReader(MetadataTest.class.getResourceAsStream(METADATA), StandardCharsets.UTF_8)) {
            var names = new TreeSet<String>();
            StreamSupport.stream(
                            JsonParser.parseReader(reader)
                                    .getAsJsonObject()
                                    .getAsJsonArray("properties")
                                    .spliterator(),
                            false)
                    .map(JsonElement::getAsJsonObject)
                    .forEach(property -> names.add(property.get("name").getAsString()));
            return names;
        }
    }
}
