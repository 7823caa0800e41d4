package io.tesserae.training;

import io.tesserae.training.log.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** What a run logs, and at which steps it says so. */
final class RunLog implements TrainingCallback {

    private final List<LogEntry> entries = new ArrayList<>();

    @Override
    public void onLog(TrainingState state, LogEntry entry) {
        entries.add(entry);
    }

    List<LogEntry> entries() {
        return entries;
    }
}
