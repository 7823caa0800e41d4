package io.tesserae.training.data.table;

import com.google.gson.JsonObject;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.training.failure.TrainingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Files with a JSON object on each line; blank lines are passed over. */
final class JsonLines {

    private JsonLines() {}

    static Table read(FileText text) {
        List<String> lines = text.lines();
        Set<String> header = new LinkedHashSet<>();
        List<Row> rows = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                Origin origin = text.at(i + 1L);
                JsonObject fields = parse(lines.get(i), origin);
                header.addAll(fields.keySet());
                rows.add(Row.ofJson(fields, origin));
            }
        }
        return new Table(text.file(), List.copyOf(header), rows);
    }

    private static JsonObject parse(String line, Origin origin) {
        try {
            return StrictJson.parseObject(line, origin.toString());
        } catch (ModelLoadingException e) {
            // To the parser every line is the first; the file's own line is in the message already.
            String message = e.getMessage().replace(" at line 1 column ", " at column ");
            throw new TrainingException(message + "; each line is to be one JSON object", e);
        }
    }
}
