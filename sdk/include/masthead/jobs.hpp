// Jobs: asking for a run of a declared job. The handlers are bound with Plugin::job in plugin.hpp. Thread-safe.
#pragma once

#include <masthead/ext/jobs.h>

#include <functional>
#include <masthead/host.hpp>

namespace masthead {

/// Answers counters for the history of runs, or the error that made the run fail.
using JobHandler = std::function<Result<Json>(const Call&)>;

class Jobs {
public:
    static Result<Jobs> open(Host host) {
        auto table = host.service<mh_jobs>(MH_SERVICE_JOBS);
        if (!table) return std::move(table).error();
        return Jobs(host, *table);
    }
    /// NotFound when plugin.json does not declare the job.
    Status runSoon(std::string_view id) const {
        const auto status = table_->run_soon(host_.handle(), detail::toAbi(id));
        if (status != MH_OK) return detail::toError(status, {}, "asking for a run of the job " + std::string(id));
        return {};
    }

private:
    Jobs(Host host, const mh_jobs* table) : host_(host), table_(table) {}
    Host host_;
    const mh_jobs* table_;
};

}  // namespace masthead
